/** Made by `npm run api:types` from the service’s OpenAPI document. Do not edit. */

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Page
         * @description Get the page, for a browser; `{"Ping": "Pong"}` for a client that does not accept HTML.
         */
        get: operations["get_page"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/event-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Event Endpoints
         * @description List the caller's endpoints, without their secrets.
         */
        get: operations["list_event_endpoints"];
        put?: never;
        /**
         * Create Event Endpoint
         * @description Create an endpoint that receives the events of all the caller's connections. At most 10 per user.
         */
        post: operations["create_event_endpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/event-endpoints/{endpoint_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Event Endpoint
         * @description Delete an endpoint. Waiting events are dropped.
         */
        delete: operations["delete_event_endpoint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/event-endpoints/{endpoint_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Event Deliveries
         * @description List the last attempts to deliver events to this endpoint.
         */
        get: operations["list_event_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/event-endpoints/{endpoint_id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace Event Endpoint Secret
         * @description Create a new secret; for 24 hours events are signed with both. A disabled endpoint is enabled again.
         */
        post: operations["replace_event_endpoint_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/event-endpoints/{endpoint_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test Event Endpoint
         * @description Send an event of type `test` now and return the receiver's answer. It is not retried.
         */
        post: operations["test_event_endpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Integrations
         * @description List the integrations, their missing configuration, and the caller's connections.
         */
        get: operations["list_integrations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/authorize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Authorize
         * @description Start to connect an account: redirect to the vendor's consent page, or return its URL as JSON.
         */
        get: operations["authorize"];
        put?: never;
        /**
         * Authorize By Form
         * @description Start to connect an account; the answer is the consent page's URL as a bare JSON string.
         *
         *     In local mode any browser may finish the attempt, because the UI calls this route from another origin and gets no
         *     cookie. With a host token the answer sets the flow cookie; the attempt must be finished by the browser with this
         *     cookie, or by one with a session of the same user.
         */
        post: operations["authorize_by_form"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Changes
         * @description Read every record once, at its newest change, then each new change, including deletions.
         *
         *     Changes are delivered at least once. Store each under connection and `id`; the largest `seq` wins. After 410
         *     `cursor_expired`, start again without `after`.
         */
        get: operations["list_changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Credentials
         * @description Get the caller's connections with their accounts, scopes and times, without tokens.
         */
        get: operations["get_credentials"];
        put?: never;
        /**
         * Credentials By Form
         * @description Get the latest connection as an object without secrets. Reading does not delete it.
         */
        post: operations["credentials_by_form"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/credentials/{connection_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete Credentials
         * @description Delete all data of the connection, and revoke its grant if the vendor allows it.
         *
         *     An access token that was already issued may work until it expires (HubSpot: up to 30 minutes).
         */
        delete: operations["delete_credentials"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/flows/{flow_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Flow
         * @description Get the status of a connect attempt. The opener of the popup polls it, because a closed window proves nothing.
         */
        get: operations["get_flow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Items
         * @description List the account's records as items. `Accept` chooses one page as JSON, or everything as NDJSON or CSV.
         *
         *     With `max_age` they come from the stored records, if sync is on and has them. Such a page has an `ETag`: send it
         *     back as `If-None-Match`, and the answer is 304 as long as nothing has changed.
         */
        get: operations["list_items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/items/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Item
         * @description Get one record, a stored one if `max_age` allows it, else from the vendor. Archived records are not found.
         *
         *     The id of a record that was merged into another one gives that one, with its own id.
         */
        get: operations["get_item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/items/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Query Items
         * @description The same as GET items, with the parameters in a JSON body, for lists that are too long for a URL.
         *
         *     Cursors work with both.
         */
        post: operations["query_items"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/load": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Load By Form
         * @description Load all items of the default object types, as a list of items with exactly the format's 14 fields.
         */
        post: operations["load_by_form"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/oauth2callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Oauth2Callback
         * @description Complete the attempt after the vendor's redirect: store the connection and end the popup.
         *
         *     Answers with a page, in English or German by `Accept-Language`.
         */
        get: operations["oauth2callback"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/object-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Object Types
         * @description List the account's object types: readable or the missing scopes, number of records, properties.
         */
        get: operations["list_object_types"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Sync
         * @description Get the state of the sync. With `Accept: text/event-stream` it is sent again after each change.
         */
        get: operations["get_sync"];
        /**
         * Enable Sync
         * @description Turn sync on for a connection, or change its settings. Repeating the request changes nothing.
         */
        put: operations["enable_sync"];
        post?: never;
        /**
         * Disable Sync
         * @description Turn sync off and delete all stored records. Repeating the request is not an error.
         */
        delete: operations["disable_sync"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/sync/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Sync Runs
         * @description List waiting and running runs, and the last 50 that ended, without uneventful automatic runs.
         */
        get: operations["list_sync_runs"];
        put?: never;
        /**
         * Start Sync Run
         * @description Start a run now.
         */
        post: operations["start_sync_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{provider}/sync/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Cancel Sync Run
         * @description Cancel a waiting run, or end a running one at its next checkpoint. Stored records are kept.
         */
        delete: operations["cancel_sync_run"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/hubspot/get_hubspot_items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get Hubspot Items
         * @description The same as POST load, at the path that HubSpot's button calls.
         */
        post: operations["get_hubspot_items_by_form"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Livez
         * @description Check that the process answers. It checks nothing else, so that an outage of Redis causes no restarts.
         */
        get: operations["livez"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Problem Type
         * @description Explain what a code means and what to do about it.
         */
        get: operations["get_problem_type"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description Check that Redis answers; 503 `store_unavailable` if it does not.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Session
         * @description Get the signed-in user, or the user of a host token. This does not use the token.
         */
        get: operations["get_session"];
        put?: never;
        /**
         * Open Session
         * @description Exchange the host application's token for a session cookie; the page does this when it is opened as `/#token=…`.
         *
         *     A token opens one session. If the browser has a session of another user, the answer is 409 `session_conflict` and
         *     nothing changes; repeat the request with `replace=true` after the user has confirmed it.
         */
        post: operations["open_session"];
        /**
         * End Session
         * @description Sign out: end the session, delete its cookie and the page's data in the browser.
         */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/hubspot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive Hubspot Webhook
         * @description Receive events from HubSpot; for HubSpot only.
         *
         *     200 means that all events of synced accounts are stored durably. Invalid events, unknown event types and accounts
         *     without sync are counted and otherwise ignored.
         */
        post: operations["receive_hubspot_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Body_authorize_by_form */
        Body_authorize_by_form: {
            /**
             * Org Id
             * @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in.
             */
            org_id?: string | null;
            /**
             * User Id
             * @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in.
             */
            user_id?: string | null;
        };
        /** Body_credentials_by_form */
        Body_credentials_by_form: {
            /**
             * Org Id
             * @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in.
             */
            org_id?: string | null;
            /**
             * User Id
             * @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in.
             */
            user_id?: string | null;
        };
        /** Body_get_hubspot_items_by_form */
        Body_get_hubspot_items_by_form: {
            /** Credentials */
            credentials: string;
        };
        /** Body_load_by_form */
        Body_load_by_form: {
            /** Credentials */
            credentials: string;
        };
        /**
         * BudgetView
         * @description How much of the vendor's limit for this app and account is used in the present window.
         */
        BudgetView: {
            /**
             * Left
             * @description Calls that are left in the window.
             */
            left: number;
            /**
             * Limit
             * @description Calls in a window, as the vendor's answers last named it.
             */
            limit: number;
            /**
             * Others
             * @description Calls of others with the same app, as far as the vendor's answers show.
             */
            others: number;
            /**
             * Paused S
             * @description The vendor asked for a pause of this long; 0 without one.
             */
            paused_s: number;
            /**
             * Used
             * @description This service's calls in the window.
             */
            used: number;
            /**
             * Window S
             * @description Length of the window, in seconds.
             */
            window_s: number;
        };
        /**
         * ChangesPage
         * @description Some changes, in order.
         */
        ChangesPage: {
            /**
             * As Of
             * @description The stored records are at least as new as this. ISO 8601; null until all are loaded.
             */
            as_of: string | null;
            /** Changes */
            changes: components["schemas"]["ChangeView"][];
            /**
             * Next
             * @description Cursor after these changes: the next `after`.
             */
            next: string;
            /**
             * Up To Date
             * @description There are no more changes at present.
             */
            up_to_date: boolean;
            /**
             * Verified At
             * @description When they were last proven equal to the vendor's. ISO 8601; null until then.
             */
            verified_at: string | null;
        };
        /**
         * ChangeView
         * @description One change. The change with the largest `seq` is the record's present state.
         */
        ChangeView: {
            /**
             * At
             * @description When it was changed or deleted at the vendor. ISO 8601, UTC.
             */
            at: string | null;
            /**
             * Id
             * @description Item id: `512_Contact`. Store the record under connection and id.
             */
            id: string;
            /**
             * Into
             * @description For a merge: the item id of the surviving record; if renamed: its new item id.
             */
            into: string | null;
            /** @description Null for a deletion, and with `items=false`. */
            item: components["schemas"]["IntegrationItem"] | null;
            /**
             * Object Type
             * @description Name of the object type: `contacts`.
             */
            object_type: string;
            /**
             * Op
             * @enum {string}
             */
            op: "created" | "updated" | "deleted";
            /**
             * Reason
             * @description Reason of a deletion: `archived`; `merged` into another record; `privacy`: delete every copy; `gone`: the vendor no longer has it; `scope_lost`: it may no longer be read; `renamed`: its object type has another label, so the record has another id.
             */
            reason: ("archived" | "merged" | "privacy" | "gone" | "scope_lost" | "renamed") | null;
            /**
             * Seq
             * @description Increases with every change; the largest of a record is its present state.
             */
            seq: string;
        };
        /**
         * Checkpoint
         * @description All earlier items were delivered: a load interrupted later continues from `resume`.
         */
        Checkpoint: {
            /**
             * Code
             * @description `checkpoint`
             * @default checkpoint
             */
            code?: string;
            /**
             * Detail
             * @description One sentence for a person.
             * @default Everything so far is delivered. If the load is interrupted, it can resume from here.
             */
            detail?: string;
            /**
             * Missing Scopes
             * @description Scopes that must be granted to read it.
             */
            missing_scopes?: string[];
            /**
             * Object Type
             * @description The affected object type.
             * @default null
             */
            object_type?: string | null;
            /**
             * Requests
             * @description Calls to the vendor since the load began or was resumed.
             */
            requests: number;
            /**
             * Resume
             * @description The `after` to resume from here.
             */
            resume: string;
            /**
             * Wait S
             * @description Seconds until the load continues.
             * @default null
             */
            wait_s?: number | null;
        };
        /**
         * ChosenFields
         * @description An item of a request with `fields`: the chosen members and `id`.
         */
        ChosenFields: {
            /**
             * Association Labels
             * @description Object type to item id to the labels of the association, if it has any besides “Primary”; null if associations were not requested.
             */
            association_labels?: {
                [key: string]: {
                    [key: string]: string[];
                };
            } | null;
            /**
             * Associations
             * @description Object type to the ids of all associated items; null if not requested.
             */
            associations?: {
                [key: string]: string[];
            } | null;
            /**
             * Children
             * @description Item ids of the children; null if not requested.
             */
            children?: string[] | null;
            /**
             * Creation Time
             * @description ISO 8601, UTC.
             */
            creation_time?: string | null;
            /**
             * Delta
             * @description A version that changes exactly when the record does.
             */
            delta?: string | null;
            /**
             * Directory
             * @description True if the item can have children (a company).
             */
            directory?: boolean;
            /**
             * Drive Id
             * @description The account (portal) id.
             */
            drive_id?: string | null;
            /**
             * Id
             * @description Record id and type, unique within the account: `512_Contact`.
             */
            id: string;
            /**
             * Labels
             * @description Internal property name to human text, if it differs (owner, pipeline, stage, option).
             */
            labels?: {
                [key: string]: string | string[];
            };
            /**
             * Last Modified Time
             * @description ISO 8601, UTC.
             */
            last_modified_time?: string | null;
            /**
             * Mime Type
             * @description `application/vnd.hubspot.contact+json`.
             */
            mime_type?: string | null;
            /**
             * Name
             * @description The best human name; never empty.
             */
            name?: string;
            /**
             * Object Type
             * @description Name of the object type in parameters and `associations`: `contacts`.
             */
            object_type?: string;
            /**
             * Parent Id
             * @description Item id of the parent (the primary company).
             */
            parent_id?: string | null;
            /**
             * Parent Path Or Name
             * @description Name of the parent item.
             */
            parent_path_or_name?: string | null;
            /**
             * Properties
             * @description Internal property name to typed value; a value that does not parse stays a string.
             */
            properties?: {
                [key: string]: unknown;
            };
            /**
             * Property History
             * @description Property name to its values over time, newest first; null if not requested, or if the answer would be too large.
             */
            property_history?: {
                [key: string]: components["schemas"]["PropertyVersion"][];
            } | null;
            /**
             * Record Id
             * @description The vendor's record id. Use it instead of parsing `id`.
             */
            record_id?: string;
            /**
             * Type
             * @description Singular label of the object type: `Contact`.
             */
            type?: string;
            /**
             * Url
             * @description The record's page in the account's web application.
             */
            url?: string | null;
            /**
             * Visibility
             * @description False when the record is archived.
             */
            visibility?: boolean | null;
        };
        /**
         * ConnectionChoice
         * @description One of several possible connections of a request.
         */
        ConnectionChoice: {
            /**
             * Connection Id
             * @description Id for the next request.
             */
            connection_id: string;
            /**
             * Portal Id
             * @description The vendor's id of the account.
             */
            portal_id: string;
            /**
             * Portal Name
             * @description The account's name, if the vendor returns it.
             */
            portal_name: string | null;
        };
        /**
         * ConnectionView
         * @description One connected account. Never a token.
         */
        ConnectionView: {
            /**
             * Access Token Expires At
             * @description When the access token expires. ISO 8601, UTC.
             */
            access_token_expires_at: string | null;
            /**
             * Account Type
             * @description The vendor's account type: `STANDARD`, `SANDBOX`, …
             */
            account_type: string | null;
            /**
             * Connected At
             * Format: date-time
             * @description ISO 8601, UTC.
             */
            connected_at: string;
            /**
             * Connection Id
             * @description Id of this connection in other requests.
             */
            connection_id: string;
            /**
             * Ended At
             * @description Since when a reconnect is required. ISO 8601, UTC.
             */
            ended_at: string | null;
            /**
             * Granted Scopes
             * @description Granted scopes.
             */
            granted_scopes: string[];
            /**
             * Missing Scopes
             * @description Scopes that the service uses but the user did not grant.
             */
            missing_scopes: string[];
            /**
             * Portal Id
             * @description The vendor's id of the account.
             */
            portal_id: string;
            /**
             * Portal Name
             * @description The account's name, if the vendor returns it.
             */
            portal_name: string | null;
            /**
             * Reason
             * @description Why it must be connected again.
             */
            reason: string | null;
            /**
             * Refreshed At
             * @description When the tokens were last refreshed. ISO 8601, UTC.
             */
            refreshed_at: string | null;
            /**
             * Region
             * @description Data region of the account: `na1`, `eu1`.
             */
            region: string | null;
            /**
             * Status
             * @description `reconnect_required`: the user must connect again.
             * @enum {string}
             */
            status: "connected" | "reconnect_required";
            /**
             * Sync
             * @description Its records are kept in sync: see GET …/sync.
             */
            sync: boolean;
            /**
             * Ui Domain
             * @description Host of the account's web application.
             */
            ui_domain: string | null;
        };
        /** Counts */
        Counts: {
            /**
             * Mirror
             * @description Stored records; null if the storage does not answer.
             */
            mirror: number | null;
            /**
             * Vendor
             * @description The vendor's last count of records.
             */
            vendor: number | null;
        };
        /**
         * CreatedEndpoint
         * @description The secret is shown only here; store it.
         */
        CreatedEndpoint: {
            /** Created At */
            created_at: string;
            /** Endpoint Id */
            endpoint_id: string;
            /** Failing Since */
            failing_since: string | null;
            /**
             * Secret
             * @description For the receiver's Standard Webhooks library.
             */
            secret: string;
            /**
             * State
             * @description `off`: it failed for 5 days or answered 410; a new secret turns it on again. `unreadable`: its stored data is damaged or needs a missing encryption key, and it gets no events; delete it and add it again.
             * @enum {string}
             */
            state: "on" | "failing" | "off" | "unreadable";
            /** Url */
            url: string;
        };
        /**
         * Credentials
         * @description The caller's connections to one vendor.
         */
        Credentials: {
            /**
             * Connections
             * @description Oldest first.
             */
            connections: components["schemas"]["ConnectionView"][];
            /**
             * Provider
             * @description An `id` of GET /integrations.
             */
            provider: string;
            /**
             * Status
             * @description `connected` if at least one connection is.
             * @enum {string}
             */
            status: "connected" | "reconnect_required" | "not_connected";
        };
        /** DeliveryList */
        DeliveryList: {
            /**
             * Deliveries
             * @description The last 50 attempts, newest first.
             */
            deliveries: components["schemas"]["DeliveryView"][];
        };
        /**
         * DeliveryView
         * @description One attempt.
         */
        DeliveryView: {
            /** At */
            at: string;
            /**
             * Attempt
             * @description Number of the attempt, from 0.
             */
            attempt: number;
            /** Delivered */
            delivered: boolean;
            /** Duration Ms */
            duration_ms: number;
            /**
             * Error
             * @description Why there was no answer.
             */
            error: ("address_not_public" | "timeout" | "connection_failed" | "invalid_answer") | null;
            /**
             * Event Id
             * @description The header `webhook-id`, equal for all attempts.
             */
            event_id: string;
            /**
             * Status
             * @description The receiver's HTTP status.
             */
            status: number | null;
            /** Type */
            type: string;
        };
        /** EndpointList */
        EndpointList: {
            /** Endpoints */
            endpoints: components["schemas"]["EndpointView"][];
        };
        /**
         * EndpointView
         * @description An endpoint without its secret.
         */
        EndpointView: {
            /**
             * Created At
             * @description Null if `unreadable`.
             */
            created_at: string | null;
            /** Endpoint Id */
            endpoint_id: string;
            /** Failing Since */
            failing_since: string | null;
            /**
             * State
             * @description `off`: it failed for 5 days or answered 410; a new secret turns it on again. `unreadable`: its stored data is damaged or needs a missing encryption key, and it gets no events; delete it and add it again.
             * @enum {string}
             */
            state: "on" | "failing" | "off" | "unreadable";
            /**
             * Url
             * @description Null if `unreadable`.
             */
            url: string | null;
        };
        /**
         * ErrorLine
         * @description The last line of a load that failed.
         */
        ErrorLine: {
            error: components["schemas"]["Problem"];
        };
        /**
         * FaultView
         * @description Why the sync is stopped, and what to do about it; the members are those of a problem document.
         */
        FaultView: {
            /** Action */
            action: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /** Missing Scopes */
            missing_scopes: string[];
        };
        /** FlowError */
        FlowError: {
            /**
             * Action
             * @description As in a problem document.
             */
            action: string;
            /**
             * Code
             * @description As in a problem document.
             */
            code: string;
            /**
             * Detail
             * @description What happened and what to do next, for a person.
             */
            detail: string;
        };
        /**
         * FlowStarted
         * @description A connect attempt that waits for the user's consent.
         */
        FlowStarted: {
            /**
             * Authorization Url
             * @description The vendor's consent page: open it in a browser.
             */
            authorization_url: string;
            /**
             * Expires In
             * @description Seconds until the attempt expires.
             */
            expires_in: number;
            /**
             * Flow Id
             * @description Id for GET flows/{flow_id}.
             */
            flow_id: string;
        };
        /**
         * FlowView
         * @description The status of a connect attempt.
         */
        FlowView: {
            /**
             * Connection Id
             * @description Id of the new connection, once connected.
             */
            connection_id: string | null;
            /** @description Why it failed. */
            error: components["schemas"]["FlowError"] | null;
            /**
             * Status
             * @description `pending` until the attempt ends.
             * @enum {string}
             */
            status: "pending" | "connected" | "failed";
        };
        /**
         * Handle
         * @description The `credentials` of the stock UI: they name a connection but grant no access.
         */
        Handle: {
            /** Connection Id */
            connection_id: string;
            /** Org Id */
            org_id: string;
            /** Portal Id */
            portal_id: string;
            /** Portal Name */
            portal_name: string | null;
            /** Provider */
            provider: string;
            /** Status */
            status: string;
            /** User Id */
            user_id: string;
        };
        /** Identity */
        Identity: {
            /** Org Id */
            org_id: string;
            /** User Id */
            user_id: string;
        };
        /**
         * IntegrationItem
         * @description One record of a connected account. Every key is always present; `null` means unknown or none.
         */
        IntegrationItem: {
            /**
             * Association Labels
             * @description Object type to item id to the labels of the association, if it has any besides “Primary”; null if associations were not requested.
             */
            association_labels: {
                [key: string]: {
                    [key: string]: string[];
                };
            } | null;
            /**
             * Associations
             * @description Object type to the ids of all associated items; null if not requested.
             */
            associations: {
                [key: string]: string[];
            } | null;
            /**
             * Children
             * @description Item ids of the children; null if not requested.
             */
            children: string[] | null;
            /**
             * Creation Time
             * @description ISO 8601, UTC.
             */
            creation_time: string | null;
            /**
             * Delta
             * @description A version that changes exactly when the record does.
             */
            delta: string | null;
            /**
             * Directory
             * @description True if the item can have children (a company).
             */
            directory: boolean;
            /**
             * Drive Id
             * @description The account (portal) id.
             */
            drive_id: string | null;
            /**
             * Id
             * @description Record id and type, unique within the account: `512_Contact`.
             */
            id: string;
            /**
             * Labels
             * @description Internal property name to human text, if it differs (owner, pipeline, stage, option).
             */
            labels: {
                [key: string]: string | string[];
            };
            /**
             * Last Modified Time
             * @description ISO 8601, UTC.
             */
            last_modified_time: string | null;
            /**
             * Mime Type
             * @description `application/vnd.hubspot.contact+json`.
             */
            mime_type: string | null;
            /**
             * Name
             * @description The best human name; never empty.
             */
            name: string;
            /**
             * Object Type
             * @description Name of the object type in parameters and `associations`: `contacts`.
             */
            object_type: string;
            /**
             * Parent Id
             * @description Item id of the parent (the primary company).
             */
            parent_id: string | null;
            /**
             * Parent Path Or Name
             * @description Name of the parent item.
             */
            parent_path_or_name: string | null;
            /**
             * Properties
             * @description Internal property name to typed value; a value that does not parse stays a string.
             */
            properties: {
                [key: string]: unknown;
            };
            /**
             * Property History
             * @description Property name to its values over time, newest first; null if not requested, or if the answer would be too large.
             */
            property_history: {
                [key: string]: components["schemas"]["PropertyVersion"][];
            } | null;
            /**
             * Record Id
             * @description The vendor's record id. Use it instead of parsing `id`.
             */
            record_id: string;
            /**
             * Type
             * @description Singular label of the object type: `Contact`.
             */
            type: string;
            /**
             * Url
             * @description The record's page in the account's web application.
             */
            url: string | null;
            /**
             * Visibility
             * @description False when the record is archived.
             */
            visibility: boolean | null;
        };
        /** IntegrationList */
        IntegrationList: {
            /** Integrations */
            integrations: components["schemas"]["IntegrationView"][];
        };
        /**
         * IntegrationView
         * @description A vendor whose accounts can be connected.
         */
        IntegrationView: {
            /**
             * Configured
             * @description False while settings are missing.
             */
            configured: boolean;
            /**
             * Connections
             * @description The caller's connections, oldest first.
             */
            connections: components["schemas"]["ConnectionView"][];
            /**
             * Id
             * @description The `provider` in the other paths: `hubspot`.
             */
            id: string;
            /**
             * Label
             * @description Display name: `HubSpot`.
             */
            label: string;
            /**
             * Missing Settings
             * @description Names of the missing settings: `HUBSPOT_CLIENT_ID`.
             */
            missing_settings: string[];
            /**
             * Object Types
             * @description Object types of every account.
             */
            object_types: components["schemas"]["ObjectTypeInfo"][];
            /**
             * Optional Scopes
             * @description Optional scopes: the user may decline each of them.
             */
            optional_scopes: string[];
            /**
             * Required Scopes
             * @description Required scopes: the user must allow all of them.
             */
            required_scopes: string[];
        };
        /** ItemLine */
        ItemLine: {
            item: components["schemas"]["IntegrationItem"] | components["schemas"]["ChosenFields"];
        };
        /**
         * ItemsPage
         * @description At most `limit` items; `next` is the `after` of the next page with the same query, null at the end.
         */
        ItemsPage: {
            /**
             * As Of
             * @description Stored records are at least as new as this. ISO 8601; null if read live.
             */
            as_of: string | null;
            /** Items */
            items: (components["schemas"]["IntegrationItem"] | components["schemas"]["ChosenFields"])[];
            /** Next */
            next: string | null;
            /**
             * Source
             * @description `live`: the vendor; `mirror`: stored records.
             * @enum {string}
             */
            source: "live" | "mirror";
            /**
             * Total
             * @description With `sort` or `filter`, the vendor's count of matches; else null.
             */
            total: number | null;
            /** Warnings */
            warnings: components["schemas"]["Notice"][];
        };
        /**
         * ItemsRequest
         * @description Each member has the meaning of the parameter of GET items with the same name; comma lists are arrays here.
         */
        ItemsRequest: {
            /** After */
            after: string | null;
            /** Archived */
            archived: boolean;
            /** Associated Types */
            associated_types: string[] | null;
            /** Associations */
            associations: boolean;
            /**
             * Cells
             * @enum {string}
             */
            cells: "safe" | "raw";
            /** Fields */
            fields: string[] | null;
            /** Filter */
            filter: string | null;
            /**
             * Ids
             * @example [
             *       "512_Contact"
             *     ]
             */
            ids: string[] | null;
            /** Limit */
            limit: number;
            /** Max Age */
            max_age: number | null;
            /**
             * Object Types
             * @example [
             *       "contacts",
             *       "deals"
             *     ]
             */
            object_types: string[] | null;
            /**
             * Properties
             * @example [
             *       "email",
             *       "phone"
             *     ]
             */
            properties: string[] | null;
            /** Property History */
            property_history: string[] | null;
            /** Q */
            q: string | null;
            /**
             * Sort
             * @example -createdate
             */
            sort: string | null;
            /** Updated Since */
            updated_since: string | null;
        };
        /**
         * ItemView
         * @description One record.
         */
        ItemView: {
            /**
             * As Of
             * @description Stored records are at least as new as this. ISO 8601; null if read live.
             */
            as_of: string | null;
            item: components["schemas"]["IntegrationItem"] | components["schemas"]["ChosenFields"];
            /**
             * Source
             * @description `live`: the vendor; `mirror`: stored records.
             * @enum {string}
             */
            source: "live" | "mirror";
        };
        /** Live */
        Live: {
            /**
             * Status
             * @constant
             */
            status: "ok";
        };
        /**
         * LoadPlan
         * @description What the load will read. `requests` and `seconds` are estimates.
         */
        LoadPlan: {
            /**
             * As Of
             * @description Stored records are at least as new as this. ISO 8601; null if read live.
             * @default null
             */
            as_of?: string | null;
            /**
             * Changes After
             * @description Of stored records: `after` of GET …/changes, for later changes. Null of live ones.
             * @default null
             */
            changes_after?: string | null;
            /**
             * Object Types
             * @description By `name` of GET object-types.
             */
            object_types: {
                [key: string]: components["schemas"]["TypePlan"];
            };
            /**
             * Requests
             * @description Estimated calls to the vendor; null if nothing is counted.
             * @default null
             */
            requests?: number | null;
            /**
             * Seconds
             * @description Estimated seconds; null if nothing is counted.
             * @default null
             */
            seconds?: number | null;
            /**
             * Source
             * @description `live`: the vendor; `mirror`: stored records.
             * @default live
             * @enum {string}
             */
            source?: "live" | "mirror";
        };
        /** LoadProgress */
        LoadProgress: {
            /**
             * Loaded
             * @description Records loaded so far.
             */
            loaded: number;
            /**
             * Total
             * @description The vendor's count at the beginning of the load; null if unknown.
             */
            total: number | null;
        };
        /**
         * LoadReceipt
         * @description The result of the load.
         */
        LoadReceipt: {
            /**
             * Complete
             * @description True if every object type is complete; otherwise the missing data is named.
             */
            complete: boolean;
            /**
             * Duration S
             * @description Seconds.
             */
            duration_s: number;
            /**
             * Object Types
             * @description By `name` of GET object-types.
             */
            object_types: {
                [key: string]: components["schemas"]["TypeReceipt"];
            };
            /**
             * Requests
             * @description Calls to the vendor.
             */
            requests: number;
            /**
             * Resume
             * @description The `after` to resume; null if nothing remains, or if that is unknown.
             */
            resume: string | null;
            /**
             * Retries
             * @description Repeated calls.
             */
            retries: number;
            /**
             * Watermark
             * @description The next `updated_since`, ISO 8601; null unless the load is complete.
             */
            watermark: string | null;
        };
        /** NewEndpoint */
        NewEndpoint: {
            /**
             * Url
             * @description A public https address; in local mode also http://localhost.
             * @example https://app.example/hooks/hubspot
             */
            url: string;
        };
        /** NextRun */
        NextRun: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "load" | "poll" | "counts" | "verify";
            /** Object Types */
            object_types: string[];
        };
        /**
         * Notice
         * @description Information for the reader: a skipped type, a wait, a partially delivered record.
         */
        Notice: {
            /**
             * Code
             * @description Stable: `scope_missing`, `rate_limit_wait`, …
             */
            code: string;
            /**
             * Detail
             * @description One sentence for a person.
             */
            detail: string;
            /**
             * Missing Scopes
             * @description Scopes that must be granted to read it.
             */
            missing_scopes: string[];
            /**
             * Object Type
             * @description The affected object type.
             */
            object_type: string | null;
            /**
             * Wait S
             * @description Seconds until the load continues.
             */
            wait_s: number | null;
        };
        /** NoticeLine */
        NoticeLine: {
            /** Notice */
            notice: components["schemas"]["Checkpoint"] | components["schemas"]["Notice"];
        };
        /**
         * ObjectTypeAccess
         * @description An object type of a connected account: whether it can be read, and the number of records.
         */
        ObjectTypeAccess: {
            /**
             * Custom
             * @description Defined by the account.
             */
            custom: boolean;
            /**
             * Item Type
             * @description `type` of its items: `Contact`.
             */
            item_type: string;
            /**
             * Label
             * @description Display name: `Contacts`.
             */
            label: string;
            /**
             * Missing Scopes
             * @description Scopes that must be granted to read it, if any help.
             */
            missing_scopes: string[];
            /**
             * Name
             * @description Name in parameters: `contacts`, or the name of a custom object.
             */
            name: string;
            /**
             * Pipelines
             * @description In the account's order; empty for a type without, and if unreadable.
             */
            pipelines: components["schemas"]["PipelineInfo"][];
            /**
             * Properties
             * @description Properties of its records; empty if unreadable.
             */
            properties: components["schemas"]["PropertyInfo"][];
            /**
             * Readable
             * @description False if a scope is missing or the vendor forbids it.
             */
            readable: boolean;
            /** @description Null if the vendor cannot `sort` and `filter`. */
            search: components["schemas"]["SearchInfo"] | null;
            /**
             * Total
             * @description Number of records; null if not requested or unknown.
             */
            total: number | null;
            /**
             * Type Id
             * @description The vendor's type id: `0-1`, `2-123456`.
             */
            type_id: string;
        };
        /**
         * ObjectTypeInfo
         * @description An object type that every account of this vendor may have.
         */
        ObjectTypeInfo: {
            /**
             * Default
             * @description Whether it is read by default.
             */
            default: boolean;
            /**
             * Item Type
             * @description `type` of its items: `Contact`.
             */
            item_type: string;
            /**
             * Label
             * @description Display name: `Contacts`.
             */
            label: string;
            /**
             * Name
             * @description Name in parameters: `contacts`.
             */
            name: string;
        };
        /**
         * ObjectTypeList
         * @description The object types of an account; `warnings` name what could not be listed.
         */
        ObjectTypeList: {
            /**
             * Object Types
             * @description Including custom objects.
             */
            object_types: components["schemas"]["ObjectTypeAccess"][];
            /**
             * Warnings
             * @description Each names something missing from the list.
             */
            warnings: components["schemas"]["Notice"][];
        };
        /** ParameterFault */
        ParameterFault: {
            /**
             * Detail
             * @description What is wrong with it.
             */
            detail: string;
            /**
             * Parameter
             * @description Null if the fault belongs to no known parameter.
             */
            parameter: string | null;
        };
        /**
         * ParkedView
         * @description A record that could not be read; each verification tries it again.
         */
        ParkedView: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Code */
            code: string;
            /** Record Id */
            record_id: string;
        };
        /**
         * PipelineInfo
         * @description What records of a type move through, stage by stage.
         */
        PipelineInfo: {
            /**
             * Id
             * @description As the pipeline property has it.
             */
            id: string;
            /**
             * Label
             * @description For people.
             */
            label: string;
            /**
             * Stages
             * @description In the account's order.
             */
            stages: components["schemas"]["StageInfo"][];
        };
        /**
         * PlanLine
         * @description The first line.
         */
        PlanLine: {
            plan: components["schemas"]["LoadPlan"];
        };
        /** Pong */
        Pong: {
            /** Ping */
            Ping: string;
        };
        /**
         * Problem
         * @description RFC 9457, with members for programs.
         */
        Problem: {
            /**
             * Action
             * @description Who can act, and how.
             * @enum {string}
             */
            action: "retry" | "reconnect" | "wait" | "fix_request" | "restart" | "ask_admin" | "contact_support";
            /**
             * Code
             * @description Stable name of the problem.
             */
            code: string;
            /**
             * Connections
             * @description `portal_ambiguous` only: which there are.
             */
            connections?: components["schemas"]["ConnectionChoice"][];
            /**
             * Correlation Id
             * @description Reference to quote; the same as X-Request-Id.
             */
            correlation_id: string;
            /**
             * Current
             * @description `session_conflict` only: who is signed in.
             */
            current?: components["schemas"]["Identity"];
            /**
             * Detail
             * @description What happened and what to do next, for a person.
             */
            detail: string;
            /**
             * Errors
             * @description `validation_failed` only: each parameter's fault.
             */
            errors?: components["schemas"]["ParameterFault"][];
            /**
             * Instance
             * @description The requested path.
             */
            instance: string;
            /**
             * Missing Scopes
             * @description `scope_missing` only: what must be granted.
             */
            missing_scopes?: string[];
            /**
             * Requested
             * @description `session_conflict` only: whom the token names.
             */
            requested?: components["schemas"]["Identity"];
            /**
             * Retry After
             * @description Seconds to wait first, as in Retry-After.
             */
            retry_after: number | null;
            /**
             * Retryable
             * @description The same request may succeed later.
             */
            retryable: boolean;
            /**
             * Status
             * @description The HTTP status.
             */
            status: number;
            /**
             * Title
             * @description The kind of problem.
             */
            title: string;
            /**
             * Type
             * @description URL of the code's description.
             */
            type: string;
            /** @description The vendor's failed answer, if there was one. */
            upstream: components["schemas"]["UpstreamStatus"] | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * ProblemType
         * @description A code with its constant members.
         */
        ProblemType: {
            /**
             * Action
             * @description Who can act, and how; a single answer may differ.
             * @enum {string}
             */
            action: "retry" | "reconnect" | "wait" | "fix_request" | "restart" | "ask_admin" | "contact_support";
            /** Code */
            code: string;
            /**
             * Detail
             * @description The default detail.
             */
            detail: string;
            /**
             * Retryable
             * @description The same request may succeed later.
             */
            retryable: boolean;
            /** Status */
            status: number;
            /** Title */
            title: string;
        };
        /**
         * PropertyInfo
         * @description A property of an object type, as the account defines it.
         */
        PropertyInfo: {
            /**
             * Custom
             * @description Defined by the account.
             */
            custom: boolean;
            /**
             * Group
             * @description Internal name of the vendor's property group; empty if none.
             */
            group: string;
            /**
             * Label
             * @description Display name.
             */
            label: string;
            /**
             * Name
             * @description Internal name in `properties`.
             */
            name: string;
            /**
             * Type
             * @description The vendor's type: `string`, `number`, `datetime`, …
             */
            type: string;
        };
        /**
         * PropertyVersion
         * @description A value that a property had, typed like the property itself.
         */
        PropertyVersion: {
            /**
             * Changed At
             * @description When the property got this value. ISO 8601, UTC.
             */
            changed_at: string | null;
            /**
             * Label
             * @description Human text of the value, if it differs, as in `labels`.
             */
            label: string | string[] | null;
            /**
             * Source
             * @description The vendor's source of the change: `CRM_UI`, `IMPORT`.
             */
            source: string | null;
            /**
             * Source Id
             * @description The vendor's id of the source.
             */
            source_id: string | null;
            /**
             * Source Label
             * @description The source as text for people.
             */
            source_label: string | null;
            /**
             * User Id
             * @description The vendor's id of the user who changed it.
             */
            user_id: string | null;
            /**
             * Value
             * @description The value; null if it was empty.
             */
            value: unknown;
        };
        /**
         * Ready
         * @description Sent only if every check passes; otherwise the answer is a problem that names the failed check.
         */
        Ready: {
            /**
             * Redis
             * @constant
             */
            redis: "ok";
            /**
             * Status
             * @constant
             */
            status: "ok";
        };
        /**
         * ReceiptLine
         * @description The last line of a load that ended, also if it ended early.
         */
        ReceiptLine: {
            receipt: components["schemas"]["LoadReceipt"];
        };
        /** RunList */
        RunList: {
            /**
             * Runs
             * @description Newest first.
             */
            runs: components["schemas"]["RunView"][];
        };
        /** RunRequest */
        RunRequest: {
            /**
             * Kind
             * @description `load`: read everything again; `poll`: read what changed; `verify`: compare everything.
             * @enum {string}
             */
            kind: "load" | "poll" | "verify";
        };
        /**
         * RunView
         * @description One execution.
         */
        RunView: {
            /** Added */
            added: number;
            /** Changed */
            changed: number;
            /** Deleted */
            deleted: number;
            /** Duration S */
            duration_s: number | null;
            /**
             * Ended At
             * @description ISO 8601, UTC.
             */
            ended_at: string | null;
            error: components["schemas"]["FaultView"] | null;
            /**
             * Kind
             * @enum {string}
             */
            kind: "load" | "poll" | "counts" | "verify";
            /** Object Types */
            object_types: string[];
            /**
             * Requested
             * @description True if it was started through the API, false if it was scheduled.
             */
            requested: boolean;
            /**
             * Requests
             * @description Calls to the vendor.
             */
            requests: number;
            /** Run Id */
            run_id: string;
            /**
             * Started At
             * @description ISO 8601, UTC.
             */
            started_at: string | null;
            /**
             * State
             * @description `waiting`, `running`, `complete`, `incomplete`, `failed`, `cancelled`.
             */
            state: string;
        };
        /**
         * SearchInfo
         * @description What `sort` and `filter` can do for a type: the properties behind an item's own fields, and the limit.
         */
        SearchInfo: {
            /**
             * Created
             * @description Property with the time of creation.
             */
            created: string;
            /**
             * Modified
             * @description Property with the time of the last change.
             */
            modified: string;
            /**
             * Most Results
             * @description This many results of one search can be read.
             */
            most_results: number;
            /**
             * Name
             * @description Property that names its records; null if several do.
             */
            name: string | null;
        };
        /**
         * Session
         * @description The signed-in user and the end of the session.
         */
        Session: {
            /**
             * Expires In
             * @description Remaining seconds; without requests it ends after an hour.
             */
            expires_in: number;
            /** Org Id */
            org_id: string;
            /** User Id */
            user_id: string;
        };
        /**
         * SignalsView
         * @description What the vendor announces by itself, by webhooks or in its journal.
         */
        SignalsView: {
            /**
             * Journal
             * @description HUBSPOT_JOURNAL: the vendor's journal is read, too.
             */
            journal: boolean;
            /**
             * Last At
             * @description When signals last arrived and were processed; null for never.
             */
            last_at: string | null;
            /**
             * Waiting
             * @description Changed records that wait to be read; null where not known.
             */
            waiting: number | null;
        };
        /**
         * SignedIn
         * @description The user of these requests.
         */
        SignedIn: {
            /**
             * Host Origins
             * @description HOST_ORIGINS: pages from which a token signs in without confirmation.
             */
            host_origins: string[];
            /** Org Id */
            org_id: string;
            /** User Id */
            user_id: string;
            /**
             * Via
             * @description The credential: a session cookie, a host token, or none in local mode.
             * @enum {string}
             */
            via: "local" | "host_jwt" | "session";
        };
        /**
         * Skipped
         * @description Data that was left out. The other members depend on `code`.
         */
        Skipped: {
            /**
             * Code
             * @description Stable: `scope_missing`, `record_without_id`, …
             */
            code: string;
            /**
             * Count
             * @description Number of records or warnings.
             */
            count?: number;
            /**
             * Detail
             * @description One sentence for a person.
             */
            detail?: string;
            /**
             * Ids
             * @description The vendor's ids of some of these records.
             */
            ids?: string[];
            /**
             * Missing Scopes
             * @description Scopes that must be granted to read it.
             */
            missing_scopes?: string[];
            /**
             * Names
             * @description The kind of missing names: `owners`, `pipelines`, …
             */
            names?: string[];
            /**
             * Object Type
             * @description The type whose associations are missing.
             */
            object_type?: string;
        };
        /**
         * StageInfo
         * @description A stage of a pipeline.
         */
        StageInfo: {
            /**
             * Id
             * @description As the stage property has it.
             */
            id: string;
            /**
             * Label
             * @description For people.
             */
            label: string;
        };
        /** StockItem */
        StockItem: {
            /**
             * Children
             * @description Item ids of the children; null if not requested.
             */
            children: string[] | null;
            /**
             * Creation Time
             * @description ISO 8601, UTC.
             */
            creation_time: string | null;
            /**
             * Delta
             * @description A version that changes exactly when the record does.
             */
            delta: string | null;
            /**
             * Directory
             * @description True if the item can have children (a company).
             */
            directory: boolean;
            /**
             * Drive Id
             * @description The account (portal) id.
             */
            drive_id: string | null;
            /**
             * Id
             * @description Record id and type, unique within the account: `512_Contact`.
             */
            id: string;
            /**
             * Last Modified Time
             * @description ISO 8601, UTC.
             */
            last_modified_time: string | null;
            /**
             * Mime Type
             * @description `application/vnd.hubspot.contact+json`.
             */
            mime_type: string | null;
            /**
             * Name
             * @description The best human name; never empty.
             */
            name: string;
            /**
             * Parent Id
             * @description Item id of the parent (the primary company).
             */
            parent_id: string | null;
            /**
             * Parent Path Or Name
             * @description Name of the parent item.
             */
            parent_path_or_name: string | null;
            /**
             * Type
             * @description Singular label of the object type: `Contact`.
             */
            type: string;
            /**
             * Url
             * @description The record's page in the account's web application.
             */
            url: string | null;
            /**
             * Visibility
             * @description False when the record is archived.
             */
            visibility: boolean | null;
        };
        /**
         * StreamLine
         * @description One line of a load as application/x-ndjson: an object with exactly one of these keys.
         */
        StreamLine: components["schemas"]["PlanLine"] | components["schemas"]["ItemLine"] | components["schemas"]["NoticeLine"] | components["schemas"]["ReceiptLine"] | components["schemas"]["ErrorLine"];
        /**
         * SyncRequest
         * @description What to keep in sync.
         */
        SyncRequest: {
            /**
             * Associations
             * @description Also sync associations.
             */
            associations: boolean;
            /**
             * Object Types
             * @description Names from GET object-types; default: the integration's default types.
             */
            object_types: string[] | null;
            /**
             * Properties
             * @description `default`: a useful set for each type; `all`; or internal names.
             * @example default
             */
            properties: ("default" | "all") | string[] | null;
        };
        /**
         * SyncView
         * @description The state of a connection's sync.
         */
        SyncView: {
            /**
             * As Of
             * @description The oldest of all object types; null until all are loaded.
             */
            as_of: string | null;
            /** Associations */
            associations: boolean;
            /** @description HubSpot's general limit; null for other vendors. */
            budget: components["schemas"]["BudgetView"] | null;
            /** Connection Id */
            connection_id: string;
            /** @description Why the whole sync is stopped. */
            error: components["schemas"]["FaultView"] | null;
            last_run: components["schemas"]["RunView"] | null;
            next_run: components["schemas"]["NextRun"] | null;
            /**
             * Object Types
             * @description By name.
             */
            object_types: {
                [key: string]: components["schemas"]["TypeView"];
            };
            /**
             * Properties
             * @description `default`, `all`, or names.
             */
            properties: string[] | string;
            /** Provider */
            provider: string;
            /** Running */
            running: components["schemas"]["RunView"][];
            /** @description Null for a vendor that sends none. */
            signals: components["schemas"]["SignalsView"] | null;
            /**
             * State
             * @description The most urgent state of all object types.
             * @enum {string}
             */
            state: "loading" | "live" | "verifying" | "paused" | "mirror_full" | "reconnect_required";
            /**
             * Verified At
             * @description The oldest of all object types; null until all are verified.
             */
            verified_at: string | null;
        };
        /** TypePlan */
        TypePlan: {
            /**
             * Total
             * @description The vendor's count; null if there is none.
             */
            total: number | null;
        };
        /**
         * TypeReceipt
         * @description The result of one object type.
         */
        TypeReceipt: {
            /**
             * Complete
             * @description All of its records at the vendor were delivered.
             */
            complete: boolean;
            /**
             * Delivered
             * @description Items of this load and of those that it resumed.
             */
            delivered: number;
            /**
             * Requests
             * @description Calls to the vendor.
             */
            requests: number;
            /**
             * Retries
             * @description Repeated calls.
             */
            retries: number;
            /** Skipped */
            skipped: components["schemas"]["Skipped"][];
            /**
             * Total
             * @description The vendor's count at the beginning; null if there is none.
             */
            total: number | null;
            /**
             * Watermark
             * @description The next `updated_since` for this type alone: of a complete type the next one, else the one that was requested, null if there was none.
             */
            watermark: string | null;
        };
        /**
         * TypeView
         * @description The state of one object type.
         */
        TypeView: {
            /**
             * As Of
             * @description The stored records are at least as new as this.
             */
            as_of: string | null;
            counts: components["schemas"]["Counts"];
            error: components["schemas"]["FaultView"] | null;
            /**
             * Missed Signals
             * @description Changes found without a signal.
             */
            missed_signals: number;
            /**
             * Parked
             * @description The newest records that could not be read.
             */
            parked: components["schemas"]["ParkedView"][];
            /** Parked Count */
            parked_count: number;
            /** @description Progress of the load; null when no load runs. */
            progress: components["schemas"]["LoadProgress"] | null;
            /**
             * State
             * @description `live`: kept up to date.
             * @enum {string}
             */
            state: "loading" | "live" | "verifying" | "paused" | "mirror_full" | "reconnect_required";
            /**
             * Verified At
             * @description When they were last proven equal to the vendor's.
             */
            verified_at: string | null;
        };
        /**
         * UpstreamStatus
         * @description The public part of a vendor's failed answer.
         */
        UpstreamStatus: {
            /**
             * Correlation Id
             * @description The vendor's correlation id of the call.
             */
            correlation_id: string | null;
            /**
             * Status
             * @description The vendor's HTTP status.
             */
            status: number | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_page: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page for browsers, a sign of life for programs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "Ping": "Pong"
                     *     }
                     */
                    "application/json": components["schemas"]["Pong"];
                    "text/html": string;
                };
            };
            /** @description Started from another site: `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_event_endpoints: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpoints": [
                     *         {
                     *           "created_at": "2026-11-24T03:00:00.000Z",
                     *           "endpoint_id": "3q2-7wKk1mZxYv0B",
                     *           "failing_since": null,
                     *           "state": "on",
                     *           "url": "https://app.example/hooks/hubspot"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EndpointList"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_event_endpoint: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewEndpoint"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedEndpoint"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_event_endpoint: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `id` from GET /event-endpoints. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such event endpoint: `event_endpoint_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_event_deliveries: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `id` from GET /event-endpoints. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "deliveries": [
                     *         {
                     *           "at": "2026-11-24T03:00:05.000Z",
                     *           "attempt": 0,
                     *           "delivered": true,
                     *           "duration_ms": 48,
                     *           "error": null,
                     *           "event_id": "evt_2f9kq8Zc1xXyT4uVwB7mNA",
                     *           "status": 204,
                     *           "type": "changes.available"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such event endpoint: `event_endpoint_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_event_endpoint_secret: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `id` from GET /event-endpoints. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "created_at": "2026-11-24T03:00:00.000Z",
                     *       "endpoint_id": "3q2-7wKk1mZxYv0B",
                     *       "failing_since": null,
                     *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                     *       "state": "on",
                     *       "url": "https://app.example/hooks/hubspot"
                     *     }
                     */
                    "application/json": components["schemas"]["CreatedEndpoint"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such event endpoint: `event_endpoint_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_event_endpoint: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `id` from GET /event-endpoints. */
                endpoint_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "at": "2026-11-24T03:00:05.000Z",
                     *       "attempt": 0,
                     *       "delivered": true,
                     *       "duration_ms": 48,
                     *       "error": null,
                     *       "event_id": "evt_2f9kq8Zc1xXyT4uVwB7mNA",
                     *       "status": 204,
                     *       "type": "test"
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveryView"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such event endpoint: `event_endpoint_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_integrations: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "integrations": [
                     *         {
                     *           "configured": true,
                     *           "connections": [
                     *             {
                     *               "access_token_expires_at": "2026-11-24T03:30:00Z",
                     *               "account_type": "STANDARD",
                     *               "connected_at": "2026-11-24T03:00:00Z",
                     *               "connection_id": "V-6szZshngbeBvW4",
                     *               "ended_at": null,
                     *               "granted_scopes": [
                     *                 "crm.objects.contacts.read",
                     *                 "oauth"
                     *               ],
                     *               "missing_scopes": [
                     *                 "tickets"
                     *               ],
                     *               "portal_id": "24681012",
                     *               "portal_name": "Northwind Outfitters",
                     *               "reason": null,
                     *               "refreshed_at": null,
                     *               "region": "na1",
                     *               "status": "connected",
                     *               "sync": true,
                     *               "ui_domain": "app.hubspot.com"
                     *             }
                     *           ],
                     *           "id": "hubspot",
                     *           "label": "HubSpot",
                     *           "missing_settings": [],
                     *           "object_types": [
                     *             {
                     *               "default": true,
                     *               "item_type": "Contact",
                     *               "label": "Contacts",
                     *               "name": "contacts"
                     *             }
                     *           ],
                     *           "optional_scopes": [
                     *             "tickets"
                     *           ],
                     *           "required_scopes": [
                     *             "oauth",
                     *             "crm.objects.contacts.read"
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["IntegrationList"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    authorize: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Connect in this tab instead of a popup, and return to this path on PUBLIC_URL's host. */
                return_to?: string | null;
                /** @description Scopes of the integration that this attempt should grant, separated by spaces. */
                scope?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `Accept: application/json`: where to send the user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "authorization_url": "https://app.hubspot.com/oauth/authorize?client_id=…&redirect_uri=…&response_type=code&state=…",
                     *       "expires_in": 600,
                     *       "flow_id": "BQJcN8KThDR-7PIKhJac5w"
                     *     }
                     */
                    "application/json": components["schemas"]["FlowStarted"];
                };
            };
            /** @description Otherwise: to the vendor's consent page, with a cookie that binds the attempt to the browser. */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Started from another site: `cross_site_blocked`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up: `provider_not_configured`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    authorize_by_form: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["Body_authorize_by_form"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example https://app.hubspot.com/oauth/authorize?client_id=…&redirect_uri=…&response_type=code&state=… */
                    "application/json": string;
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported body: `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up: `provider_not_configured`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_changes: {
        parameters: {
            query?: {
                /** @description `next` of the previous page, checkpoint or event; default: all records from the beginning. */
                after?: string | null;
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description `false`: only the ids of changed records, without the records. */
                items?: boolean;
                /** @description Changes per page. Streams ignore it. */
                limit?: number;
                /** @description NDJSON only: continue with new changes as they happen. */
                live?: boolean;
                /** @description Comma list of names: only changes of these object types. A cursor is bound to this choice. */
                object_types?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
                /** @description Seconds that a page without changes waits for the next change. */
                wait?: number;
            };
            header?: {
                /** @description For server-sent events: browsers send it to resume; it overrides `after`. */
                "last-event-id"?: string | null;
            };
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page (JSON), all changes after the cursor as lines (NDJSON), or a live stream of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": "2026-11-24T03:00:00.000Z",
                     *       "changes": [
                     *         {
                     *           "at": "2026-11-20T16:12:08.250Z",
                     *           "id": "512_Contact",
                     *           "into": null,
                     *           "item": {
                     *             "association_labels": {
                     *               "companies": {
                     *                 "77_Company": [
                     *                   "Billing contact"
                     *                 ]
                     *               }
                     *             },
                     *             "associations": {
                     *               "companies": [
                     *                 "77_Company"
                     *               ]
                     *             },
                     *             "children": [],
                     *             "creation_time": "2026-01-05T09:00:00.000Z",
                     *             "delta": "015264c1646397097ee86f2b",
                     *             "directory": false,
                     *             "drive_id": "24681012",
                     *             "id": "512_Contact",
                     *             "labels": {
                     *               "hubspot_owner_id": "Charles Babbage"
                     *             },
                     *             "last_modified_time": "2026-11-20T16:12:08.250Z",
                     *             "mime_type": "application/vnd.hubspot.contact+json",
                     *             "name": "Ada Lovelace",
                     *             "object_type": "contacts",
                     *             "parent_id": "77_Company",
                     *             "parent_path_or_name": "Analytical Engines",
                     *             "properties": {
                     *               "firstname": "Ada",
                     *               "hubspot_owner_id": "1001",
                     *               "lastname": "Lovelace"
                     *             },
                     *             "property_history": null,
                     *             "record_id": "512",
                     *             "type": "Contact",
                     *             "url": "https://app.hubspot.com/contacts/24681012/record/0-1/512",
                     *             "visibility": true
                     *           },
                     *           "object_type": "contacts",
                     *           "op": "updated",
                     *           "reason": null,
                     *           "seq": "1796000000000812"
                     *         },
                     *         {
                     *           "at": "2026-11-20T16:12:08.250Z",
                     *           "id": "77_Contact",
                     *           "into": "512_Contact",
                     *           "item": null,
                     *           "object_type": "contacts",
                     *           "op": "deleted",
                     *           "reason": "merged",
                     *           "seq": "1796000000000813"
                     *         }
                     *       ],
                     *       "next": "c1.M5rFq2kYV0c0d1JtZ0hQb0tWd2FhAAABogIgtT8ABmFyfV3wLQAGYXJ9XfAt",
                     *       "up_to_date": true,
                     *       "verified_at": "2026-11-24T02:20:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ChangesPage"];
                    /**
                     * @example {"change":{"seq":"1796000000000812","op":"updated","object_type":"contacts","id":"512_Contact","reason":null,"into":null,"at":"2026-11-20T16:12:08.250Z","item":{"id":"512_Contact","type":"Contact","directory":false,"parent_path_or_name":"Analytical Engines","parent_id":"77_Company","name":"Ada Lovelace","creation_time":"2026-01-05T09:00:00.000Z","last_modified_time":"2026-11-20T16:12:08.250Z","url":"https://app.hubspot.com/contacts/24681012/record/0-1/512","children":[],"mime_type":"application/vnd.hubspot.contact+json","delta":"015264c1646397097ee86f2b","drive_id":"24681012","visibility":true,"object_type":"contacts","record_id":"512","properties":{"firstname":"Ada","lastname":"Lovelace","hubspot_owner_id":"1001"},"labels":{"hubspot_owner_id":"Charles Babbage"},"associations":{"companies":["77_Company"]},"association_labels":{"companies":{"77_Company":["Billing contact"]}},"property_history":null}}}
                     *     {"change":{"seq":"1796000000000813","op":"deleted","object_type":"contacts","id":"77_Contact","reason":"merged","into":"512_Contact","at":"2026-11-20T16:12:08.250Z","item":null}}
                     *     {"up_to_date":{"as_of":"2026-11-24T03:00:00.000Z","verified_at":"2026-11-24T02:20:00.000Z","next":"c1.M5rFq2kYV0c0d1JtZ0hQb0tWd2FhAAABogIgtT8ABmFyfV3wLQAGYXJ9XfAt"}}
                     */
                    "application/x-ndjson": string;
                    "text/event-stream": string;
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Format not available: `not_acceptable` */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sync is off: `sync_not_enabled`, `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cursor is too old: `cursor_expired` */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The cursor is not valid: `invalid_cursor`, `unknown_object_type`, `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_credentials: {
        parameters: {
            query?: {
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "connections": [
                     *         {
                     *           "access_token_expires_at": "2026-11-24T03:30:00Z",
                     *           "account_type": "STANDARD",
                     *           "connected_at": "2026-11-24T03:00:00Z",
                     *           "connection_id": "V-6szZshngbeBvW4",
                     *           "ended_at": null,
                     *           "granted_scopes": [
                     *             "crm.objects.contacts.read",
                     *             "oauth"
                     *           ],
                     *           "missing_scopes": [
                     *             "tickets"
                     *           ],
                     *           "portal_id": "24681012",
                     *           "portal_name": "Northwind Outfitters",
                     *           "reason": null,
                     *           "refreshed_at": null,
                     *           "region": "na1",
                     *           "status": "connected",
                     *           "sync": true,
                     *           "ui_domain": "app.hubspot.com"
                     *         }
                     *       ],
                     *       "provider": "hubspot",
                     *       "status": "connected"
                     *     }
                     */
                    "application/json": components["schemas"]["Credentials"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    credentials_by_form: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["Body_credentials_by_form"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "connection_id": "V-6szZshngbeBvW4",
                     *       "org_id": "TestOrg",
                     *       "portal_id": "24681012",
                     *       "portal_name": "Northwind Outfitters",
                     *       "provider": "hubspot",
                     *       "status": "connected",
                     *       "user_id": "TestUser"
                     *     }
                     */
                    "application/json": components["schemas"]["Handle"];
                };
            };
            /** @description Not connected: `not_connected`, `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported body: `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_credentials: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `connection_id` from GET credentials. */
                connection_id: string;
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_flow: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `flow_id` from the start's answer. */
                flow_id: string;
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "connection_id": "V-6szZshngbeBvW4",
                     *       "error": null,
                     *       "status": "connected"
                     *     }
                     */
                    "application/json": components["schemas"]["FlowView"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_items: {
        parameters: {
            query?: {
                /** @description `next` of the page before, or `resume` of a receipt or checkpoint; with all other parameters unchanged. */
                after?: string | null;
                /** @description Read archived records instead of live ones. */
                archived?: boolean;
                /** @description Comma list of object types: read the associations with exactly these, custom objects and the own type (parent and child companies) included, instead of the usual ones of each type. */
                associated_types?: string | null;
                /** @description Also read parents, children and associated items. */
                associations?: boolean;
                /** @description Of a table (CSV): `safe` puts an apostrophe before what a spreadsheet would run as a formula; `raw` writes every value as it is, for programs only. */
                cells?: "safe" | "raw";
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Comma list of item fields to return in addition to `id`; default: all. CSV ignores it. */
                fields?: string | null;
                /** @description Of one object type: up to 6 conditions `property:operator:value` that must all hold, with semicolons between them. Operators: `eq`, `neq`, `lt`, `lte`, `gt`, `gte`, `in` and `not_in` (values with commas), `has` and `has_not` (without a value). Pages only, 10,000 results. */
                filter?: string | null;
                /** @description Comma list of up to 100 item ids: exactly these, in this order. Not with other filters. */
                ids?: string | null;
                /** @description Items per page. Streams ignore it. */
                limit?: number;
                /** @description Seconds. Answer from stored records if they have all requested data and are at most this old (see `source` and `as_of`), otherwise from the vendor. */
                max_age?: number | null;
                /** @description Comma list of names from GET object-types; default: the integration's default types. */
                object_types?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Comma list of internal names; `*` for all; default: a useful set for each type. */
                properties?: string | null;
                /** @description Comma list of up to 20 properties whose past values are returned as `property_history`. */
                property_history?: string | null;
                /** @description Free text for the vendor's search. */
                q?: string | null;
                /** @description Property to sort by, with `-` for descending. One object type, pages only, 10,000 results. */
                sort?: string | null;
                /** @description Only records modified at or after this time (ISO 8601; UTC if it has no time zone). */
                updated_since?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page (JSON), or the whole load as lines (NDJSON) or as a table (CSV). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": null,
                     *       "items": [
                     *         {
                     *           "association_labels": {
                     *             "companies": {
                     *               "77_Company": [
                     *                 "Billing contact"
                     *               ]
                     *             }
                     *           },
                     *           "associations": {
                     *             "companies": [
                     *               "77_Company"
                     *             ]
                     *           },
                     *           "children": [],
                     *           "creation_time": "2026-01-05T09:00:00.000Z",
                     *           "delta": "015264c1646397097ee86f2b",
                     *           "directory": false,
                     *           "drive_id": "24681012",
                     *           "id": "512_Contact",
                     *           "labels": {
                     *             "hubspot_owner_id": "Charles Babbage"
                     *           },
                     *           "last_modified_time": "2026-11-20T16:12:08.250Z",
                     *           "mime_type": "application/vnd.hubspot.contact+json",
                     *           "name": "Ada Lovelace",
                     *           "object_type": "contacts",
                     *           "parent_id": "77_Company",
                     *           "parent_path_or_name": "Analytical Engines",
                     *           "properties": {
                     *             "firstname": "Ada",
                     *             "hubspot_owner_id": "1001",
                     *             "lastname": "Lovelace"
                     *           },
                     *           "property_history": null,
                     *           "record_id": "512",
                     *           "type": "Contact",
                     *           "url": "https://app.hubspot.com/contacts/24681012/record/0-1/512",
                     *           "visibility": true
                     *         }
                     *       ],
                     *       "next": null,
                     *       "source": "live",
                     *       "total": null,
                     *       "warnings": []
                     *     }
                     */
                    "application/json": components["schemas"]["ItemsPage"];
                    /**
                     * @example {"plan":{"object_types":{"contacts":{"total":1}},"requests":3,"seconds":1}}
                     *     {"item":{"id":"512_Contact","type":"Contact","directory":false,"parent_path_or_name":"Analytical Engines","parent_id":"77_Company","name":"Ada Lovelace","creation_time":"2026-01-05T09:00:00.000Z","last_modified_time":"2026-11-20T16:12:08.250Z","url":"https://app.hubspot.com/contacts/24681012/record/0-1/512","children":[],"mime_type":"application/vnd.hubspot.contact+json","delta":"015264c1646397097ee86f2b","drive_id":"24681012","visibility":true,"object_type":"contacts","record_id":"512","properties":{"firstname":"Ada","lastname":"Lovelace","hubspot_owner_id":"1001"},"labels":{"hubspot_owner_id":"Charles Babbage"},"associations":{"companies":["77_Company"]},"association_labels":{"companies":{"77_Company":["Billing contact"]}},"property_history":null}}
                     *     {"notice":{"code":"scope_missing","detail":"Tickets are left out: access to them was not granted. Connect again and grant it.","object_type":"tickets","missing_scopes":["tickets"],"wait_s":null}}
                     *     {"receipt":{"complete":true,"object_types":{"contacts":{"complete":true,"total":1,"delivered":1,"requests":3,"retries":0,"watermark":"2026-11-24T03:00:00.000Z","skipped":[]}},"requests":3,"retries":0,"duration_s":0.4,"watermark":"2026-11-24T03:00:00.000Z","resume":null}}
                     */
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Format not available: `not_acceptable` */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Several accounts are connected: `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown object type: `unknown_object_type`, `invalid_cursor`, `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_item: {
        parameters: {
            query?: {
                /** @description Also read parents, children and associated items. */
                associations?: boolean;
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Comma list of item fields to return in addition to `id`; default: all. CSV ignores it. */
                fields?: string | null;
                /** @description Seconds. Answer from stored records if they have all requested data and are at most this old (see `source` and `as_of`), otherwise from the vendor. */
                max_age?: number | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Comma list of internal names; `*` for all; default: a useful set for each type. */
                properties?: string | null;
                /** @description Comma list of up to 20 properties whose past values are returned as `property_history`. */
                property_history?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `id` of an item. */
                item_id: string;
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": null,
                     *       "item": {
                     *         "association_labels": {
                     *           "companies": {
                     *             "77_Company": [
                     *               "Billing contact"
                     *             ]
                     *           }
                     *         },
                     *         "associations": {
                     *           "companies": [
                     *             "77_Company"
                     *           ]
                     *         },
                     *         "children": [],
                     *         "creation_time": "2026-01-05T09:00:00.000Z",
                     *         "delta": "015264c1646397097ee86f2b",
                     *         "directory": false,
                     *         "drive_id": "24681012",
                     *         "id": "512_Contact",
                     *         "labels": {
                     *           "hubspot_owner_id": "Charles Babbage"
                     *         },
                     *         "last_modified_time": "2026-11-20T16:12:08.250Z",
                     *         "mime_type": "application/vnd.hubspot.contact+json",
                     *         "name": "Ada Lovelace",
                     *         "object_type": "contacts",
                     *         "parent_id": "77_Company",
                     *         "parent_path_or_name": "Analytical Engines",
                     *         "properties": {
                     *           "firstname": "Ada",
                     *           "hubspot_owner_id": "1001",
                     *           "lastname": "Lovelace"
                     *         },
                     *         "property_history": null,
                     *         "record_id": "512",
                     *         "type": "Contact",
                     *         "url": "https://app.hubspot.com/contacts/24681012/record/0-1/512",
                     *         "visibility": true
                     *       },
                     *       "source": "live"
                     *     }
                     */
                    "application/json": components["schemas"]["ItemView"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Several accounts are connected: `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    query_items: {
        parameters: {
            query?: {
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ItemsRequest"];
            };
        };
        responses: {
            /** @description One page (JSON), or the whole load as lines (NDJSON) or as a table (CSV). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": null,
                     *       "items": [
                     *         {
                     *           "association_labels": {
                     *             "companies": {
                     *               "77_Company": [
                     *                 "Billing contact"
                     *               ]
                     *             }
                     *           },
                     *           "associations": {
                     *             "companies": [
                     *               "77_Company"
                     *             ]
                     *           },
                     *           "children": [],
                     *           "creation_time": "2026-01-05T09:00:00.000Z",
                     *           "delta": "015264c1646397097ee86f2b",
                     *           "directory": false,
                     *           "drive_id": "24681012",
                     *           "id": "512_Contact",
                     *           "labels": {
                     *             "hubspot_owner_id": "Charles Babbage"
                     *           },
                     *           "last_modified_time": "2026-11-20T16:12:08.250Z",
                     *           "mime_type": "application/vnd.hubspot.contact+json",
                     *           "name": "Ada Lovelace",
                     *           "object_type": "contacts",
                     *           "parent_id": "77_Company",
                     *           "parent_path_or_name": "Analytical Engines",
                     *           "properties": {
                     *             "firstname": "Ada",
                     *             "hubspot_owner_id": "1001",
                     *             "lastname": "Lovelace"
                     *           },
                     *           "property_history": null,
                     *           "record_id": "512",
                     *           "type": "Contact",
                     *           "url": "https://app.hubspot.com/contacts/24681012/record/0-1/512",
                     *           "visibility": true
                     *         }
                     *       ],
                     *       "next": null,
                     *       "source": "live",
                     *       "total": null,
                     *       "warnings": []
                     *     }
                     */
                    "application/json": components["schemas"]["ItemsPage"];
                    /**
                     * @example {"plan":{"object_types":{"contacts":{"total":1}},"requests":3,"seconds":1}}
                     *     {"item":{"id":"512_Contact","type":"Contact","directory":false,"parent_path_or_name":"Analytical Engines","parent_id":"77_Company","name":"Ada Lovelace","creation_time":"2026-01-05T09:00:00.000Z","last_modified_time":"2026-11-20T16:12:08.250Z","url":"https://app.hubspot.com/contacts/24681012/record/0-1/512","children":[],"mime_type":"application/vnd.hubspot.contact+json","delta":"015264c1646397097ee86f2b","drive_id":"24681012","visibility":true,"object_type":"contacts","record_id":"512","properties":{"firstname":"Ada","lastname":"Lovelace","hubspot_owner_id":"1001"},"labels":{"hubspot_owner_id":"Charles Babbage"},"associations":{"companies":["77_Company"]},"association_labels":{"companies":{"77_Company":["Billing contact"]}},"property_history":null}}
                     *     {"notice":{"code":"scope_missing","detail":"Tickets are left out: access to them was not granted. Connect again and grant it.","object_type":"tickets","missing_scopes":["tickets"],"wait_s":null}}
                     *     {"receipt":{"complete":true,"object_types":{"contacts":{"complete":true,"total":1,"delivered":1,"requests":3,"retries":0,"watermark":"2026-11-24T03:00:00.000Z","skipped":[]}},"requests":3,"retries":0,"duration_s":0.4,"watermark":"2026-11-24T03:00:00.000Z","resume":null}}
                     */
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Format not available: `not_acceptable` */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Several accounts are connected: `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown object type: `unknown_object_type`, `invalid_cursor`, `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    load_by_form: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["Body_load_by_form"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "children": [],
                     *         "creation_time": "2026-01-05T09:00:00.000Z",
                     *         "delta": "015264c1646397097ee86f2b",
                     *         "directory": false,
                     *         "drive_id": "24681012",
                     *         "id": "512_Contact",
                     *         "last_modified_time": "2026-11-20T16:12:08.250Z",
                     *         "mime_type": "application/vnd.hubspot.contact+json",
                     *         "name": "Ada Lovelace",
                     *         "parent_id": "77_Company",
                     *         "parent_path_or_name": "Analytical Engines",
                     *         "type": "Contact",
                     *         "url": "https://app.hubspot.com/contacts/24681012/record/0-1/512",
                     *         "visibility": true
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["StockItem"][];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Several accounts are connected: `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported body: `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    oauth2callback: {
        parameters: {
            query?: {
                code?: string;
                error?: string;
                iss?: string;
                returnUrl?: string;
                state?: string;
                step?: string;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description An install that began at the vendor's marketplace: on to consent, with a flow cookie. */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description More than one sign-in: `ambiguous_credentials`, `oauth_state_invalid`, `oauth_state_unbound`, `oauth_provider_mismatch`, `oauth_denied`, `oauth_pkce_rejected`, `oauth_code_rejected` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description Started by another user: `session_mismatch`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description Not found: `not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description This integration is not set up: `provider_not_configured`, `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                    "text/html": string;
                };
            };
        };
    };
    list_object_types: {
        parameters: {
            query?: {
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Also count the records of each type, which takes some seconds; otherwise `total` is null. */
                totals?: boolean;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "object_types": [
                     *         {
                     *           "custom": false,
                     *           "item_type": "Contact",
                     *           "label": "Contacts",
                     *           "missing_scopes": [],
                     *           "name": "contacts",
                     *           "pipelines": [],
                     *           "properties": [
                     *             {
                     *               "custom": false,
                     *               "group": "contactinformation",
                     *               "label": "Email",
                     *               "name": "email",
                     *               "type": "string"
                     *             }
                     *           ],
                     *           "readable": true,
                     *           "search": {
                     *             "created": "createdate",
                     *             "modified": "lastmodifieddate",
                     *             "most_results": 10000,
                     *             "name": null
                     *           },
                     *           "total": 1200,
                     *           "type_id": "0-1"
                     *         }
                     *       ],
                     *       "warnings": []
                     *     }
                     */
                    "application/json": components["schemas"]["ObjectTypeList"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Several accounts are connected: `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sync: {
        parameters: {
            query?: {
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state (JSON), or the state whenever it changes (server-sent events, each named `state`). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "as_of": "2026-11-24T03:00:00Z",
                     *       "associations": true,
                     *       "budget": {
                     *         "left": 98,
                     *         "limit": 110,
                     *         "others": 0,
                     *         "paused_s": 0,
                     *         "used": 12,
                     *         "window_s": 10
                     *       },
                     *       "connection_id": "V-6szZshngbeBvW4",
                     *       "error": null,
                     *       "last_run": {
                     *         "added": 1,
                     *         "changed": 4,
                     *         "deleted": 0,
                     *         "duration_s": 1.2,
                     *         "ended_at": "2026-11-24T03:00:01.2Z",
                     *         "error": null,
                     *         "kind": "poll",
                     *         "object_types": [
                     *           "contacts"
                     *         ],
                     *         "requested": true,
                     *         "requests": 3,
                     *         "run_id": "nQ3xV0o2rYcA",
                     *         "started_at": "2026-11-24T03:00:00Z",
                     *         "state": "complete"
                     *       },
                     *       "next_run": {
                     *         "at": "2026-11-24T03:01:01.2Z",
                     *         "kind": "poll",
                     *         "object_types": [
                     *           "contacts"
                     *         ]
                     *       },
                     *       "object_types": {
                     *         "contacts": {
                     *           "as_of": "2026-11-24T03:00:00Z",
                     *           "counts": {
                     *             "mirror": 1200,
                     *             "vendor": 1200
                     *           },
                     *           "error": null,
                     *           "missed_signals": 0,
                     *           "parked": [],
                     *           "parked_count": 0,
                     *           "progress": null,
                     *           "state": "live",
                     *           "verified_at": "2026-11-24T02:20:00Z"
                     *         }
                     *       },
                     *       "properties": "default",
                     *       "provider": "hubspot",
                     *       "running": [],
                     *       "signals": {
                     *         "journal": false,
                     *         "last_at": "2026-11-24T02:59:58Z",
                     *         "waiting": 0
                     *       },
                     *       "state": "live",
                     *       "verified_at": "2026-11-24T02:20:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["SyncView"];
                    "text/event-stream": string;
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sync is off: `sync_not_enabled`, `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enable_sync: {
        parameters: {
            query?: {
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncView"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Several accounts are connected: `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unknown object type: `unknown_object_type`, `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disable_sync: {
        parameters: {
            query?: {
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Several accounts are connected: `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sync_runs: {
        parameters: {
            query?: {
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runs": [
                     *         {
                     *           "added": 1,
                     *           "changed": 4,
                     *           "deleted": 0,
                     *           "duration_s": 1.2,
                     *           "ended_at": "2026-11-24T03:00:01.2Z",
                     *           "error": null,
                     *           "kind": "poll",
                     *           "object_types": [
                     *             "contacts"
                     *           ],
                     *           "requested": true,
                     *           "requests": 3,
                     *           "run_id": "nQ3xV0o2rYcA",
                     *           "started_at": "2026-11-24T03:00:00Z",
                     *           "state": "complete"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RunList"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sync is off: `sync_not_enabled`, `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_sync_run: {
        parameters: {
            query?: {
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunView"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sync is off: `sync_not_enabled`, `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_sync_run: {
        parameters: {
            query?: {
                /** @description The connection; optional if there is exactly one. */
                connection_id?: string | null;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path: {
                /** @description `hubspot`, …: an `id` of GET /integrations. */
                provider: string;
                /** @description `run_id` of a waiting or running run. */
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run: `run_not_found`, `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sync is off: `sync_not_enabled`, `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_hubspot_items_by_form: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["Body_get_hubspot_items_by_form"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "children": [],
                     *         "creation_time": "2026-01-05T09:00:00.000Z",
                     *         "delta": "015264c1646397097ee86f2b",
                     *         "directory": false,
                     *         "drive_id": "24681012",
                     *         "id": "512_Contact",
                     *         "last_modified_time": "2026-11-20T16:12:08.250Z",
                     *         "mime_type": "application/vnd.hubspot.contact+json",
                     *         "name": "Ada Lovelace",
                     *         "parent_id": "77_Company",
                     *         "parent_path_or_name": "Analytical Engines",
                     *         "type": "Contact",
                     *         "url": "https://app.hubspot.com/contacts/24681012/record/0-1/512",
                     *         "visibility": true
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["StockItem"][];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Access to this was not granted: `scope_missing`, `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found`, `not_connected` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Several accounts are connected: `portal_ambiguous`, `reconnect_required` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Unsupported body: `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited`, `upstream_rate_limited`, `upstream_quota_exhausted` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This integration is not set up correctly: `provider_misconfigured`, `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service refused the request: `upstream_error`, `upstream_malformed`, `upstream_response_too_large` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service is not answering: `upstream_unavailable`, `upstream_migrating`, `token_refresh_backoff`, `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The connected service took too long: `upstream_timeout` */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    livez: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Live"];
                };
            };
            /** @description Started from another site: `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_problem_type: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `code` of a problem. */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "action": "fix_request",
                     *       "code": "invalid_cursor",
                     *       "detail": "This cursor was changed, or belongs to another query or connection.",
                     *       "retryable": false,
                     *       "status": 422,
                     *       "title": "The cursor is not valid"
                     *     }
                     */
                    "application/json": components["schemas"]["ProblemType"];
                };
            };
            /** @description Started from another site: `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not found: `not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "redis": "ok",
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description Started from another site: `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: {
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "host_origins": [
                     *         "https://app.example"
                     *       ],
                     *       "org_id": "acme",
                     *       "user_id": "ann",
                     *       "via": "session"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_session: {
        parameters: {
            query?: {
                /** @description End another user's session in this browser, and sign in as the token's user instead. */
                replace?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "expires_in": 28800,
                     *       "org_id": "acme",
                     *       "user_id": "ann"
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Another user is signed in: `session_conflict` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests: `rate_limited` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: {
                /** @description End all sessions of the signed-in user, in any browser. */
                all?: boolean;
                /** @description Local mode: of which organization, `TestOrg` by default. Elsewhere only compared with the sign-in. */
                org_id?: string | null;
                /** @description Local mode: on whose behalf, `TestUser` by default. Elsewhere only compared with the sign-in. */
                user_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description More than one sign-in: `ambiguous_credentials` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign-in is needed: `unauthenticated`, `token_invalid`, `token_expired` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The identity does not match the sign-in: `identity_mismatch`, `csrf_rejected`, `forbidden`, `cross_site_blocked`, `local_only` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong method: `method_not_allowed` */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long: `request_timeout` */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Wrong host name: `host_not_allowed` */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A parameter is wrong: `validation_failed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side: `internal_error` */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Busy: `overloaded`, `store_unavailable`, `store_full` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receive_hubspot_webhook: {
        parameters: {
            query?: never;
            header: {
                /** @description When HubSpot signed the request, in milliseconds. Accepted for five minutes. */
                "X-HubSpot-Request-Timestamp": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "appId": 16111050,
                 *         "attemptNumber": 0,
                 *         "eventId": 531833541,
                 *         "objectId": 138017612137,
                 *         "occurredAt": 1752613920733,
                 *         "portalId": 48807704,
                 *         "subscriptionId": 3923621,
                 *         "subscriptionType": "contact.creation"
                 *       }
                 *     ]
                 */
                "application/json": Record<string, never>[];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The signature is not valid: `webhook_signature_invalid` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too large: `payload_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Our storage is not answering: `store_unavailable`, `store_full`, `overloaded`, `shutting_down` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
