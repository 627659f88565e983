/// Which raw fields stand for NULL.
struct CSVNulls: Sendable {
  let emptyIsNull: Bool
  let quotedEmptyIsNull: Bool
  let tokens: [[UInt8]]

  init(_ options: CSVColumn.Options, isText: Bool) {
    emptyIsNull = options.emptyIsNull || !isText
    quotedEmptyIsNull = options.quotedEmptyIsNull || !isText
    tokens = options.nullTokens.map { Array($0.utf8) }
  }

  /// For a field as it stands in the file, quotes included.
  func contains(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if start == end { return emptyIsNull }
    if end - start == 2 && bytes[start] == CSVDialect.quote { return quotedEmptyIsNull }
    return tokens.contains { token in
      token.count == end - start && token.indices.allSatisfy { token[$0] == bytes[start + $0] }
    }
  }
}
