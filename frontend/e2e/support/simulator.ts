/** The control API of the running simulator. */

interface Portal {
  readonly portal_id: string
  readonly name: string
}

export class Simulator {
  constructor(readonly url: string) {}

  /** Everything back to its defaults: faults, settings, log, tokens, records. */
  async reset(): Promise<void> {
    await this.call('POST', '/reset')
  }

  async settings(changes: Readonly<Record<string, number | string | boolean | null>>): Promise<void> {
    await this.call('PATCH', '/settings', changes)
  }

  /** Limits that no load reaches: what is left is how fast both sides can work. */
  async liftLimits(): Promise<void> {
    await this.settings({ limits_enabled: false, burst_limit: 10_000, associations_limit: 10_000 })
  }

  /** Answers the next requests (one, unless `times`) to a path (a regular expression) with a fault. */
  async fault(path: string, kind: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.call('POST', '/faults', { path, kind, ...more })
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', '/faults')
  }

  async portals(): Promise<Portal[]> {
    const answer = await this.call('GET', '/portals')
    return ((await answer.json()) as { portals: Portal[] }).portals
  }

  /** Replaces a portal's records by these numbers by object type; `custom_label` renames the custom object. */
  async seed(portalId: string, records: Readonly<Record<string, number | string>>): Promise<void> {
    await this.call('PUT', `/portals/${portalId}/seed`, records)
  }

  /** A new record, as when somebody adds it in HubSpot. */
  async create(portalId: string, type: string, properties: Readonly<Record<string, string>>): Promise<void> {
    await this.call('POST', `/portals/${portalId}/records/${type}`, { properties })
  }

  /** Changes a record, as when somebody edits it in HubSpot. */
  async update(
    portalId: string,
    type: string,
    recordId: string,
    properties: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.call('PATCH', `/portals/${portalId}/records/${type}/${recordId}`, { properties })
  }

  /** Where the registered app's users may be sent back to, besides any port of localhost without TLS. */
  async allowRedirect(uri: string): Promise<void> {
    await this.call('PATCH', '/app', { redirect_uris: [uri] })
  }

  /** As when the customer uninstalls the app. */
  async revoke(portalId: string): Promise<void> {
    await this.call('POST', `/portals/${portalId}/revoke`)
  }

  private async call(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await fetch(`${this.url}/simulator${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    })
    if (!answer.ok)
      throw new Error(`simulator: ${method} ${path} answered ${String(answer.status)}: ${await answer.text()}`)
    return answer
  }
}
