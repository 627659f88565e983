/// Names of columns as AWS's crawler writes them for files of any kind.
enum LowerName {
  /// `Estimated Monthly Savings` becomes `estimated_monthly_savings`: lower case, one underscore for
  /// everything that is neither letter nor digit, none at the ends but those that the name has.
  static func of(_ name: String) -> String {
    var result = ""
    var isGap = false
    for character in name {
      if character.isLetterOrDigit || character == "_" {
        if isGap && !result.isEmpty { result.append("_") }
        isGap = false
        result += character.inLowerCase
      } else {
        isGap = true
      }
    }
    return result
  }
}
