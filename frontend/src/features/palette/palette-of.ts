/** What the command palette is about. */
import type { Connection, Integration } from '../../api/types'
import type { IntegrationDescriptor } from '../descriptor'

export interface PaletteOf {
  readonly integrations: readonly Integration[]
  readonly integration: Integration
  readonly descriptor: IntegrationDescriptor
  /** The account that is shown. */
  readonly connection: Connection | null
}
