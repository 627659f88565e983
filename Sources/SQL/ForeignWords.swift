/// Words of other dialects, and what Athena has in their place: for messages.
enum ForeignWords {
  /// The end of a message: `; write …`. Empty for any other word.
  static func advice(on word: String) -> String {
    advice[word.lowercased()].map { "; \($0)" } ?? ""
  }

  private static let advice: [String: String] = [
    "ilike": "write lower(text) LIKE lower(pattern)",
    "rlike": "write regexp_like(text, pattern)",
    "regexp": "write regexp_like(text, pattern)",
    "glob": "write LIKE, or regexp_like(text, pattern)",
    "similar": "write regexp_like(text, pattern)",
    "div": "whole numbers are divided without a rest by '/'",
    "mod": "write a % b or mod(a, b)",
    "xor": "write a <> b",
    "isnull": "write IS NULL",
    "notnull": "write IS NOT NULL",
    "minus": "write EXCEPT",
    "top": "write LIMIT at the end",
    "qualify": "filter in a query around this one",
    "match_recognize": "MATCH_RECOGNIZE is not supported; lag, lead and sums over windows often do",
    "json_table":
      "JSON_TABLE is not supported; CROSS JOIN UNNEST(CAST(json_extract(…) AS array(json))) often does",
    "pivot": "write sum(CASE WHEN … THEN … END) for each column",
    "unpivot": "write CROSS JOIN UNNEST over an array of rows",
    "collate": "texts are compared by their code points",
    "exclude": "list the columns",
  ]
}
