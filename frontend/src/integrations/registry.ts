/** Which component stands for which integration. */
import type { ComponentType } from 'react'
import type { Integration } from '../api/types'
import { HubSpot } from './hubspot'

export const INTEGRATION_PAGES: Readonly<Record<string, ComponentType<{ readonly integration: Integration }>>> = {
  hubspot: HubSpot,
}
