/** Items for tests, with one obvious default each. */
import type { Item } from './api/types'

export function makeItem(own: Partial<Item> = {}): Item {
  return {
    id: '1_Contact',
    type: 'Contact',
    directory: false,
    parent_path_or_name: null,
    parent_id: null,
    name: 'Ada Lovelace',
    creation_time: '2026-01-02T03:04:05.000Z',
    last_modified_time: '2026-02-03T04:05:06.000Z',
    url: null,
    children: null,
    mime_type: null,
    delta: null,
    drive_id: null,
    visibility: true,
    object_type: 'contacts',
    record_id: '1',
    properties: {},
    labels: {},
    associations: null,
    association_labels: null,
    property_history: null,
    ...own,
  }
}
