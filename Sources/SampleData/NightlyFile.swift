/// The configuration of the sample's nightly run.
enum NightlyFile {
  static let text = """
    // What `kakeibo nightly --config nightly.json` does with this folder.
    // Paths are relative to this file; comments and trailing commas are allowed.
    {
      // Where the tables are kept; --lake on the command line goes before it.
      "lake": "lake",

      // Reports and listings to load; what each is, is recognised from its content.
      "sources": [
        { "path": "cur" },
        { "path": "inventory" },
        { "path": "metrics" },
      ],

      // Names of accounts, cost categories, shared costs and a currency, added to all of history.
      "costs": "costs.json",

      // As printed by `aws budgets describe-budgets` and
      // `aws budgets describe-budget-notifications-for-account`.
      "budgets": ["budgets/budgets.json", "budgets/notifications.json"],

      // "all", or the names of files in queries/rules.
      "rules": "all",

      // Alerts go to each channel once per crossing and period.
      "channels": [
        { "name": "terminal", "type": "stdout" },
        { "name": "log", "type": "file", "path": "out/alerts.jsonl" },
        // { "name": "chat", "type": "command", "command": ["./post-to-chat"] },
      ],

      "outputs": {
        "series": "out/series",
        "dashboard": "out/dashboard.html",
        "metrics": "out/kakeibo.prom",
      },
    }

    """
}
