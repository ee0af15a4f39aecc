"""The properties of each object type, one a line: name | label | type/fieldType | options or flags.

Flags: `calculated`, `readonly`, `unique`, `external` (options live elsewhere, for owners and pipelines), `custom`,
`hidden`, `currency` (with the account's currency sign), `editable` (people may change the options), `since` (a moment
that is shown as the time that has passed).
Source: recorded definitions of contacts, companies and deals, 2025 and 2026.
"""

# ruff: noqa: E501 (a property is a line)

from __future__ import annotations

_YES_NO = "true=Yes,false=No"
_OWNER = (
    "hubspot_owner_id|{} owner|enumeration/select|external\n"
    "hubspot_team_id|HubSpot team|enumeration/select|external,readonly"
)
_MERGED = "hs_merged_object_ids|Merged record IDs|enumeration/checkbox|readonly"
_LIFECYCLE = (
    "lifecyclestage|Lifecycle stage|enumeration/radio|external,subscriber=Subscriber,lead=Lead,"
    "marketingqualifiedlead=Marketing Qualified Lead,salesqualifiedlead=Sales Qualified Lead,opportunity=Opportunity,"
    "customer=Customer,evangelist=Evangelist,other=Other"
)

CONTACTS = f"""
firstname|First name|string/text
lastname|Last name|string/text
email|Email|string/text|unique
hs_additional_emails|Additional email addresses|enumeration/select|unique,hidden
phone|Phone number|string/phonenumber
mobilephone|Mobile phone number|string/phonenumber
fax|Fax number|string/phonenumber
company|Company name|string/text
jobtitle|Job title|string/text
website|Website URL|string/text
address|Street address|string/text
city|City|string/text
state|State/Region|string/text
zip|Postal code|string/text
country|Country/Region|string/text
message|Message|string/textarea
{_LIFECYCLE}
hs_lead_status|Lead status|enumeration/radio|editable,NEW=New,OPEN=Open,IN_PROGRESS=In progress,OPEN_DEAL=Open Deal,UNQUALIFIED=Unqualified,ATTEMPTED_TO_CONTACT=Attempted to contact,CONNECTED=Connected,BAD_TIMING=Bad Timing
date_of_birth|Date of birth|string/text
birthday|Birthday|date/date|custom
contract_start|Contract start|datetime/date|custom
loyalty_points|Loyalty points|number/number|custom
newsletter|Newsletter|bool/booleancheckbox|custom,{_YES_NO}
favourite_colours|Favourite colours|enumeration/checkbox|custom,red=Red,green=Green,blue=Blue,ultra_violet=Ultra-violet
notes_last_contacted|Last contacted|datetime/date|readonly
num_associated_deals|Number of associated deals|number/calculation_rollup|readonly
hs_marketable_until_renewal|Marketing contact until next update|enumeration/booleancheckbox|readonly,{_YES_NO}
hs_calculated_phone_number|Calculated phone number|string/text|calculated,hidden
hs_v2_time_in_current_stage|Time in current stage|datetime/calculation_equation|calculated,since
recent_deal_amount|Recent deal amount|number/number|readonly,currency
hs_calculated_merged_vids|Merged vids|enumeration/select|calculated,hidden
{_MERGED}
{_OWNER.format("Contact")}
"""
COMPANIES = f"""
name|Company name|string/text
domain|Company domain name|string/text
website|Website URL|string/text
phone|Phone number|string/phonenumber
description|Description|string/textarea
industry|Industry|enumeration/select|editable,COMPUTER_SOFTWARE=Computer Software,CONSTRUCTION=Construction,FOOD_PRODUCTION=Food Production,HOSPITAL_HEALTH_CARE=Hospital & Health Care,RETAIL=Retail,UTILITIES=Utilities
numberofemployees|Number of employees|number/number
annualrevenue|Annual revenue|number/number|currency
founded_year|Year founded|string/text
address|Street address|string/text
city|City|string/text
state|State/Region|string/text
zip|Postal code|string/text
country|Country/Region|string/text
is_public|Is public|bool/booleancheckbox|{_YES_NO}
{_LIFECYCLE}
type|Type|enumeration/radio|editable,PROSPECT=Prospect,PARTNER=Partner,RESELLER=Reseller,VENDOR=Vendor,OTHER=Other
hs_searchable_calculated_phone_number|Searchable phone number|string/phonenumber|calculated,hidden
hs_v2_time_in_current_stage|Time in current stage|datetime/calculation_equation|calculated,since
num_associated_contacts|Number of associated contacts|number/calculation_rollup|readonly
{_MERGED}
{_OWNER.format("Company")}
"""
DEALS = f"""
dealname|Deal name|string/text
amount|Amount|number/number
closedate|Close date|datetime/date
pipeline|Pipeline|enumeration/select|external
dealstage|Deal stage|enumeration/radio|external,editable
dealtype|Deal type|enumeration/radio|newbusiness=New Business,existingbusiness=Existing Business
deal_currency_code|Currency|enumeration/select|USD=US Dollar,EUR=Euro
description|Deal description|string/textarea
hs_priority|Priority|enumeration/select|low=Low,medium=Medium,high=High
hs_deal_stage_probability|Deal probability|number/number|calculated
hs_projected_amount|Weighted amount|number/calculation_equation|calculated,currency
hs_is_closed|Is deal closed?|bool/calculation_equation|calculated,{_YES_NO}
hs_is_closed_won|Is Closed Won|bool/calculation_equation|calculated,{_YES_NO}
{_MERGED}
{_OWNER.format("Deal")}
"""
TICKETS = f"""
subject|Ticket name|string/text
content|Ticket description|string/textarea
hs_pipeline|Pipeline|enumeration/select|external
hs_pipeline_stage|Ticket status|enumeration/select|external
hs_ticket_category|Category|enumeration/checkbox|PRODUCT_ISSUE=Product Issue,BILLING_ISSUE=Billing Issue,FEATURE_REQUEST=Feature Request
hs_ticket_priority|Priority|enumeration/select|LOW=Low,MEDIUM=Medium,HIGH=High,URGENT=Urgent
hs_ticket_id|Ticket ID|number/number|calculated
closed_date|Close date|datetime/date
source_type|Source|enumeration/select|EMAIL=Email,FORM=Form,PHONE=Phone
{_MERGED}
{_OWNER.format("Ticket")}
"""
PRODUCTS = """
name|Name|string/text
description|Product description|string/textarea
price|Unit price|number/number
hs_sku|SKU|string/text|unique
hs_cost_of_goods_sold|Unit cost|number/number
recurringbillingfrequency|Billing frequency|enumeration/select|monthly=Monthly,annually=Annually
"""
LINE_ITEMS = """
name|Name|string/text
quantity|Quantity|number/number
price|Unit price|number/number
amount|Net price|number/number|calculated
hs_sku|SKU|string/text
hs_product_id|Product ID|number/number
hs_line_item_currency_code|Currency|enumeration/select|USD=US Dollar,EUR=Euro
"""
QUOTES = """
hs_title|Title|string/text
hs_expiration_date|Expiration date|date/date
hs_status|Status|enumeration/select|DRAFT=Draft,APPROVAL_NOT_NEEDED=Published,REJECTED=Rejected
hs_public_url_key|Public URL key|string/text|readonly
hs_quote_amount|Amount|number/number|calculated
hs_currency|Currency|enumeration/select|USD=US Dollar,EUR=Euro
"""
LEADS = f"""
hs_lead_name|Lead name|string/text
hs_lead_type|Lead type|enumeration/select|NEW_BUSINESS=New business,UPSELL=Upsell
hs_lead_label|Lead label|enumeration/select|WARM=Warm,HOT=Hot,COLD=Cold
hs_pipeline|Pipeline|enumeration/select|external
hs_pipeline_stage|Lead stage|enumeration/select|external
{_OWNER.format("Lead")}
"""
CALLS = f"""
hs_call_title|Call title|string/text
hs_call_body|Call notes|string/html
hs_call_direction|Direction|enumeration/select|INBOUND=Inbound,OUTBOUND=Outbound
hs_call_duration|Duration (ms)|number/number
hs_call_status|Status|enumeration/select|COMPLETED=Completed,NO_ANSWER=No answer,BUSY=Busy
hs_call_disposition|Outcome|enumeration/select|external
hs_call_recording_url|Recording URL|string/text
hs_timestamp|Activity date|datetime/date
{_OWNER.format("Activity")}
"""
EMAILS = f"""
hs_email_subject|Subject|string/text
hs_email_text|Text body|string/textarea
hs_email_html|HTML body|string/html
hs_email_direction|Direction|enumeration/select|EMAIL=Sent from the CRM,INCOMING_EMAIL=Incoming,FORWARDED_EMAIL=Forwarded
hs_email_status|Send status|enumeration/select|SENT=Sent,BOUNCED=Bounced,FAILED=Failed
hs_email_headers|Headers|string/text
hs_email_from_email|From|string/text|readonly
hs_email_to_email|To|string/text|readonly
hs_timestamp|Activity date|datetime/date
{_OWNER.format("Activity")}
"""
MEETINGS = f"""
hs_meeting_title|Meeting name|string/text
hs_meeting_body|Description|string/html
hs_meeting_start_time|Start time|datetime/date
hs_meeting_end_time|End time|datetime/date
hs_meeting_outcome|Outcome|enumeration/select|SCHEDULED=Scheduled,COMPLETED=Completed,NO_SHOW=No show
hs_meeting_location|Location|string/text
hs_timestamp|Activity date|datetime/date
{_OWNER.format("Activity")}
"""
NOTES = f"""
hs_note_body|Note body|string/html
hs_attachment_ids|Attached file IDs|string/text
hs_timestamp|Activity date|datetime/date
{_OWNER.format("Activity")}
"""
TASKS = f"""
hs_task_subject|Task title|string/text
hs_task_body|Notes|string/html
hs_task_status|Status|enumeration/select|NOT_STARTED=Not started,WAITING=Waiting,COMPLETED=Completed
hs_task_priority|Priority|enumeration/select|NONE=None,LOW=Low,MEDIUM=Medium,HIGH=High
hs_task_type|Type|enumeration/select|EMAIL=Email,CALL=Call,TODO=To-do
hs_timestamp|Due date|datetime/date
{_OWNER.format("Activity")}
"""
MACHINES = f"""
serial_number|Serial number|string/text|custom,unique
model|Model|enumeration/select|custom,mk1=Mark I,mk2=Mark II,mk3=Mark III
installed_on|Installed on|date/date|custom
operating_hours|Operating hours|number/number|custom
under_warranty|Under warranty|bool/booleancheckbox|custom,{_YES_NO}
{_OWNER.format("Machine")}
"""

LINES: dict[str, str] = {
    "contacts": CONTACTS,
    "companies": COMPANIES,
    "deals": DEALS,
    "tickets": TICKETS,
    "products": PRODUCTS,
    "line_items": LINE_ITEMS,
    "quotes": QUOTES,
    "leads": LEADS,
    "calls": CALLS,
    "emails": EMAILS,
    "meetings": MEETINGS,
    "notes": NOTES,
    "tasks": TASKS,
    "machines": MACHINES,
}
