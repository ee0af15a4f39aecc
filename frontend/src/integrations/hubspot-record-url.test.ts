import { describe, expect, test } from 'vitest'
import { hubspotRecordUrl } from './hubspot-record-url'

const ACCOUNT = { ui_domain: 'app-eu1.hubspot.com', portal_id: '62515' }

describe('hubspotRecordUrl', () => {
  test.each([
    ['0-1', 'contacts/62515/record/0-1/5'],
    ['0-27', 'tasks/62515/view/all/task/5'],
    [
      '0-46',
      'contacts/62515/objects/0-46/views/all/list?filters=%5B%7B%22property%22%3A%22hs_object_id%22%2C%22operator%22%3A%22EQ%22%2C%22value%22%3A%225%22%7D%5D',
    ],
    ['2-123', 'contacts/62515/record/2-123/5'],
  ])('a record of type %s is at %s', (typeId, path) => {
    expect(hubspotRecordUrl(ACCOUNT, typeId, '5')).toBe(`https://app-eu1.hubspot.com/${path}`)
  })

  test.each([null, 'evil.example', 'evil.example/">.hubspot.com', 'evilhubspot.com', 'hubspot.com.evil.example'])(
    'a host that is not HubSpot’s own (%j) is not linked to',
    (ui_domain) => {
      const url = hubspotRecordUrl({ ...ACCOUNT, ui_domain }, '0-1', '5')

      expect(new URL(url).host).toBe('app.hubspot.com')
    },
  )

  test('ids cannot change the address', () => {
    const url = hubspotRecordUrl({ ...ACCOUNT, portal_id: '../x' }, '0-1', '5/../?a=#b')

    expect(new URL(url).pathname).toBe('/contacts/..%2Fx/record/0-1/5%2F..%2F%3Fa%3D%23b')
  })
})
