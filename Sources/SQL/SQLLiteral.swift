/// Values as they stand in a statement.
package enum SQLLiteral {
  /// `'it''s'`.
  package static func text(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  /// Digits with a zero in front.
  private static func isCode(_ digits: Substring) -> Bool {
    digits.first == "0" && digits.dropFirst().first?.isNumber ?? false
  }

  /// What a value on a command line is: a number where it is written as one, else text; in single quotes
  /// it is text, whatever it looks like. Numbers have no zeros in front, as codes do.
  package static func value(_ value: String) -> String {
    if value.count > 1, value.hasPrefix("'"), value.hasSuffix("'") {
      return text(String(value.dropFirst().dropLast()))
    }
    let isNegative = value.hasPrefix("-")
    let digits = isNegative ? value.dropFirst() : value[...]
    let tokens = (try? Lexer.tokens(Array(digits.utf8))) ?? []
    guard tokens.count == 2, [.integer, .decimal, .real].contains(tokens[0].kind),
      tokens[0].end - tokens[0].start == digits.utf8.count, !isCode(digits)
    else { return text(value) }
    return isNegative ? "(\(value))" : value
  }
}
