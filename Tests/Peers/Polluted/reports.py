"""Small sound bills as tables of text, and what a careful reader takes their columns for."""

import json


class Report:
    """A header and rows; columns of numbers, times and texts by their names in the lake."""

    def __init__(self, kind, table, header, rows, doubles, times, cost, nulls, texts, maps=None):
        self.kind, self.table, self.header, self.rows = kind, table, header, rows
        self.doubles, self.times, self.cost, self.nulls = doubles, times, cost, nulls
        self.texts, self.maps = texts, maps or {}


def days(rng):
    return range(rng.randint(3, 9))


def costs(rng):
    return rng.choice(["0.0104", "1.25", "4E-8", "0", "12.5000000000", "0E-10"])


def words(rng):
    return rng.choice(["plain", 'a "quoted" word', "two, parts", "zwölf €", "line\nbreak", ""])


def cur(rng):
    header = [
        "identity/LineItemId", "identity/TimeInterval", "bill/PayerAccountId",
        "bill/BillingPeriodStartDate", "lineItem/UsageAccountId", "lineItem/LineItemType",
        "lineItem/UsageStartDate", "lineItem/ProductCode", "lineItem/UnblendedCost",
        "lineItem/CurrencyCode", "pricing/publicOnDemandCost", "lineItem/LineItemDescription",
    ]
    rows = [
        [
            f"id{n}", f"2026-05-0{n+1}T00:00:00Z/2026-05-0{n+1}T01:00:00Z", "111122223333",
            "2026-05-01T00:00:00Z", "444455556666", rng.choice(["Usage", "Tax", "Fee"]),
            f"2026-05-0{n+1}T00:00:00Z", rng.choice(["AmazonEC2", "AmazonS3"]), costs(rng), "USD",
            rng.choice(["", "0.5", "7"]), words(rng),
        ] for n in days(rng)]
    return Report(
        "cur", "cur", header, rows,
        {"lineItem/UnblendedCost": "line_item_unblended_cost",
         "pricing/publicOnDemandCost": "pricing_public_on_demand_cost"},
        {"bill/BillingPeriodStartDate": "bill_billing_period_start_date",
         "lineItem/UsageStartDate": "line_item_usage_start_date"},
        "lineItem/UnblendedCost", False,
        {"identity/LineItemId": "identity_line_item_id",
         "lineItem/ProductCode": "line_item_product_code",
         "lineItem/LineItemDescription": "line_item_line_item_description"})


def cur2(rng):
    header = [
        "bill_billing_period_start_date", "bill_payer_account_id", "bill_payer_account_name",
        "identity_line_item_id", "identity_time_interval", "line_item_line_item_type",
        "line_item_unblended_cost", "line_item_usage_account_id", "line_item_usage_start_date",
        "line_item_unblended_rate", "line_item_line_item_description", "product", "resource_tags",
    ]
    rows = [
        [
            "2026-05-01T00:00:00.000Z", "111122223333", "Payer", f"id{n}",
            f"2026-05-0{n+1}T00:00:00Z/2026-05-0{n+1}T01:00:00Z", rng.choice(["Usage", "Tax", "Credit"]),
            costs(rng), "444455556666", f"2026-05-0{n+1}T00:00:00.000Z", rng.choice(["", "0.0104000000"]),
            words(rng), json.dumps({"product_name": "EC2", "vcpu": str(n)}, separators=(",", ":")),
            rng.choice(["{}", '{"user_team":"a"}', '{"user_team":"ä","user_cost_center":"CC-1001"}']),
        ] for n in days(rng)]
    return Report(
        "cur2", "cur2", header, rows, {"line_item_unblended_cost": "line_item_unblended_cost"},
        {name: name for name in ("bill_billing_period_start_date", "line_item_usage_start_date")},
        "line_item_unblended_cost", False,
        {name: name for name in
         ("identity_line_item_id", "line_item_unblended_rate", "line_item_line_item_description")},
        {name: name for name in ("product", "resource_tags")})


def focus(rng):
    header = [
        "BilledCost", "BillingAccountId", "BillingCurrency", "BillingPeriodStart",
        "BillingPeriodEnd", "ChargeCategory", "ChargePeriodStart", "EffectiveCost", "ListCost",
        "ServiceCategory", "ServiceName", "ChargeDescription",
    ]
    rows = [
        [
            costs(rng), "111122223333", "USD",
            "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "Usage", f"2026-05-0{n+1}T00:00:00Z",
            rng.choice(["1", "0.25"]), rng.choice(["3", ""]), "Compute", f"service {n}", words(rng),
        ] for n in days(rng)]
    return Report(
        "focus", "focus", header, rows,
        {"BilledCost": "BilledCost", "EffectiveCost": "EffectiveCost", "ListCost": "ListCost"},
        {"BillingPeriodStart": "BillingPeriodStart", "ChargePeriodStart": "ChargePeriodStart"},
        "BilledCost", True,
        {"ServiceName": "ServiceName", "ChargeDescription": "ChargeDescription"})
