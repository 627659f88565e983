/// The grammar's words, for those who show or complete statements.
package enum SQLWords {
  /// All keywords in capitals, sorted.
  package static let keywords: [String] = Keyword.allCases.map(\.display).sorted()

  /// Keywords that cannot be names, in capitals.
  package static let reserved: Set<String> = Set(
    Keyword.allCases.filter(\.isReserved).map(\.display))
}
