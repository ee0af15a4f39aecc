// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import type { Integration } from '../api/types'
import { IntegrationNav } from './integration-nav'

afterEach(() => {
  cleanup()
  window.history.replaceState(null, '', '/')
})

test('the integration that is shown stays with the account that is shown, another begins with its first', () => {
  window.history.replaceState(null, '', '/?app=hubspot&portal=2&q=ada')
  const [hubspot, notion] = ['HubSpot', 'Notion'].map(
    (label) => ({ id: label.toLowerCase(), label, object_types: [], connections: [] }) as unknown as Integration,
  ) as [Integration, Integration]

  render(<IntegrationNav integrations={[hubspot, notion]} current={hubspot} />)

  const links = ['HubSpot', 'Notion'].map((name) => screen.getByRole('link', { name }).getAttribute('href'))
  expect(links).toEqual(['?app=hubspot&portal=2', '?app=notion'])
})
