/// What `aws budgets describe-budgets` and `describe-budget-notifications-for-account` print.
///
/// Written as text, so that a reader sees the files as AWS prints them.
enum BudgetFiles {
  static let budgets = """
    {
        "Budgets": [
    \(budget("company-monthly", limit: "5600", filters: "")),
    \(budget(
      "production-ec2", limit: "1300",
      filters: """
        "LinkedAccount": ["\(Organisation.production.id)"],
                        "Service": ["Amazon Elastic Compute Cloud - Compute"]
        """)),
    \(budget("team-data", limit: "1500", filters: "\"TagKeyValue\": [\"user:team$data\"]")),
    \(budget(
      "staging", limit: "650", filters: "\"LinkedAccount\": [\"\(Organisation.staging.id)\"]"))
        ]
    }

    """

  static let notifications = """
    {
        "BudgetNotificationsForAccount": [
    \(alerts("company-monthly", [("ACTUAL", "80.0"), ("FORECASTED", "100.0")])),
    \(alerts("production-ec2", [("ACTUAL", "80.0"), ("ACTUAL", "100.0")])),
    \(alerts("team-data", [("ACTUAL", "90.0"), ("FORECASTED", "100.0")])),
    \(alerts("staging", [("ACTUAL", "100.0")]))
        ]
    }

    """

  private static func budget(_ name: String, limit: String, filters: String) -> String {
    """
            {
                "BudgetName": "\(name)",
                "BudgetLimit": {
                    "Amount": "\(limit)",
                    "Unit": "USD"
                },
                "CostFilters": {
                    \(filters)
                },
                "CostTypes": {
                    "IncludeTax": true,
                    "IncludeSubscription": true,
                    "UseBlended": false,
                    "IncludeRefund": true,
                    "IncludeCredit": true,
                    "IncludeUpfront": true,
                    "IncludeRecurring": true,
                    "IncludeOtherSubscription": true,
                    "IncludeSupport": true,
                    "IncludeDiscount": true,
                    "UseAmortized": false
                },
                "TimeUnit": "MONTHLY",
                "TimePeriod": {
                    "Start": "2026-01-01T00:00:00+00:00",
                    "End": "2087-06-15T00:00:00+00:00"
                },
                "BudgetType": "COST"
            }
    """
  }

  private static func alerts(_ budget: String, _ thresholds: [(String, String)]) -> String {
    let list = thresholds.map { type, percent in
      """
                      {
                          "NotificationType": "\(type)",
                          "ComparisonOperator": "GREATER_THAN",
                          "Threshold": \(percent),
                          "ThresholdType": "PERCENTAGE",
                          "NotificationState": "OK"
                      }
      """
    }
    return """
              {
                  "BudgetName": "\(budget)",
                  "Notifications": [
      \(list.joined(separator: ",\n"))
                  ]
              }
      """
  }
}
