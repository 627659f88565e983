/// Names of columns as AWS gives them to cost and usage reports in Athena.
///
/// Source: AWS Cost and Usage Report user guide, "Running Amazon Athena queries", column names.
package enum AthenaName {
  /// `lineItem/UnblendedCost` becomes `line_item_unblended_cost`: an underscore before each capital,
  /// lower case, one underscore for everything that is neither letter nor digit, none at the ends.
  ///
  /// Letters outside ASCII stay, so that tags in other scripts do not become one column.
  package static func of(_ name: String) -> String {
    var result = ""
    for character in name {
      guard character.isLetterOrDigit else {
        if result.last != "_" { result.append("_") }
        continue
      }
      if character.isCapital && result.last != "_" { result.append("_") }
      result += character.inLowerCase
    }
    return String(result.drop { $0 == "_" }.trimmingSuffix(while: { $0 == "_" }))
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> Substring {
    var end = endIndex
    while end > startIndex, matches(self[index(before: end)]) { end = index(before: end) }
    return self[..<end]
  }
}
