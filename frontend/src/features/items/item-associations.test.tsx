// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { makeItem } from '../../test-items'
import { ItemAssociations } from './item-associations'
import type { TypeTab } from './object-types'

afterEach(cleanup)

const MACHINES = { name: 'machine', typeId: '2-123456', label: 'Machines' } as TypeTab

test.each(['2-123456', 'machine'])(
  'records of the custom object %s stand below its label, and open in its tab',
  (type) => {
    const onOpenItem = vi.fn()
    const item = makeItem({ associations: { [type]: ['7_Machine'] } })

    render(<ItemAssociations item={item} tabs={[MACHINES]} find={() => undefined} onOpenItem={onOpenItem} />)
    fireEvent.click(screen.getByRole('button'))

    expect(screen.getByRole('heading', { level: 4 }).textContent).toBe('Machines 1')
    expect(onOpenItem).toHaveBeenCalledWith('7_Machine', 'machine')
  },
)

test('a record whose type only the record itself tells opens in its tab', () => {
  const onOpenItem = vi.fn()
  const database = makeItem({ id: '1_Database', object_type: 'databases' })
  const page = makeItem({ object_type: 'pages', parent_id: database.id })

  render(<ItemAssociations item={page} tabs={[]} find={() => database} onOpenItem={onOpenItem} />)
  fireEvent.click(screen.getByRole('button'))

  expect(onOpenItem).toHaveBeenCalledWith('1_Database', 'databases')
})
