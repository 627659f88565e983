/// Accounts, cost categories with shared costs, a virtual tag and a reporting currency.
enum CostRulesFile {
  static let text = """
    // What `kakeibo costs set costs.json` adds to all of history.
    {
      // As `aws organizations list-accounts` prints them, with the paths of their units.
      "Accounts": [
        { "Id": "\(Organisation.payer.id)", "Name": "\(Organisation.payer.name)", "OrganizationalUnit": "Root" },
        { "Id": "\(Organisation.production.id)", "Name": "\(Organisation.production.name)", "OrganizationalUnit": "Root/Workloads" },
        { "Id": "\(Organisation.staging.id)", "Name": "\(Organisation.staging.name)", "OrganizationalUnit": "Root/Workloads" },
        { "Id": "\(Organisation.analytics.id)", "Name": "\(Organisation.analytics.name)", "OrganizationalUnit": "Root/Data" },
      ],

      "VirtualTags": [
        { "Name": "stage",
          "Rules": [
            { "Value": "live", "Rule": { "Dimensions": { "Key": "LINKED_ACCOUNT", "Values": ["\(Organisation.production.id)"] } } },
            { "Value": "test", "Rule": { "Dimensions": { "Key": "LINKED_ACCOUNT", "Values": ["\(Organisation.staging.id)"] } } },
          ] },
      ],

      // Rules in order, the first that matches gives the value.
      "CostCategories": [
        { "Name": "Owner",
          "DefaultValue": "Shared",
          "Rules": [
            { "Value": "Support", "Rule": { "Dimensions": { "Key": "SERVICE_CODE", "Values": ["AWSSupport"], "MatchOptions": ["STARTS_WITH"] } } },
            { "Value": "Data", "Rule": { "Tags": { "Key": "team", "Values": ["data"] } } },
            { "Value": "Shop", "Rule": { "Tags": { "Key": "team", "Values": ["web", "orders", "search"] } } },
          ],
          "SplitChargeRules": [
            { "Source": "Shared", "Targets": ["Data", "Shop"], "Method": "PROPORTIONAL" },
            { "Source": "Support", "Targets": ["Data", "Shop"], "Method": "FIXED",
              "Parameters": [{ "Type": "ALLOCATION_PERCENTAGES", "Values": ["30", "70"] }] },
          ] },
      ],

      "Currency": { "Reporting": "JPY", "Rates": [
        { "Month": "2026-09", "From": "USD", "Rate": 148.2 },
        { "Month": "2026-10", "From": "USD", "Rate": 150.65 },
      ] },
    }

    """
}
