package import Columns

/// A compiled LIKE pattern: `%` is any text, `_` one code point.
///
/// Patterns without `_` are pieces between `%`: the first and last are anchored, those between are
/// found from left to right, which is what a backtracking matcher would find. The others take the
/// two-pointer wildcard match, whose only backtracking point is the latest `%`.
package struct Like: Sendable {
  /// Literal runs between `%`; at least one. Empty at either end where the pattern begins or ends
  /// with `%`.
  private let pieces: [[UInt8]]
  private let tokens: [Token]
  private let hasSingle: Bool

  private enum Token: Sendable, Equatable {
    case byte(UInt8)
    case one
    case any
  }

  /// - Throws: `EvaluationError` when the escape character is followed by anything but `%`, `_` or
  ///   itself.
  package init(pattern: [UInt8], escape: UInt8?) throws {
    var tokens: [Token] = []
    var at = 0
    while at < pattern.count {
      let byte = pattern[at]
      if let escape, byte == escape {
        at += 1
        guard at < pattern.count, [0x25, 0x5F, escape].contains(pattern[at]) else {
          throw EvaluationError("escape character must be followed by '%', '_' or itself")
        }
        tokens.append(.byte(pattern[at]))
      } else if byte == 0x25 {
        if tokens.last != .any { tokens.append(.any) }
      } else {
        tokens.append(byte == 0x5F ? .one : .byte(byte))
      }
      at += 1
    }
    self.tokens = tokens
    hasSingle = tokens.contains(.one)
    pieces = tokens.split(separator: .any, omittingEmptySubsequences: false).map { run in
      run.compactMap { if case .byte(let byte) = $0 { byte } else { nil } }
    }
  }

  /// The text before the first wildcard, for skipping by statistics.
  package var literalPrefix: [UInt8] {
    tokens.prefix { if case .byte = $0 { true } else { false } }.compactMap {
      if case .byte(let byte) = $0 { byte } else { nil }
    }
  }

  /// The text that the pattern matches alone, where it has no wildcard.
  package var literal: [UInt8]? { literalPrefix.count == tokens.count ? literalPrefix : nil }

  /// A BOOLEAN column, NULL where `column` (VARCHAR) is.
  package func matches(_ column: Column) -> Column {
    switch column.form {
    case .constant(.bytes(let bytes)):
      return Column(.boolean, constant: .boolean(matches(bytes[...])), count: column.count)
    case .constant: return Column(.boolean, constant: .null, count: column.count)
    case .dictionary(let codes, let dictionary):
      return Column(codes: codes, ColumnDictionary(matches(dictionary.values)))
    case .flat(.text(let texts), let validity):
      return Column(.boolean, .boolean(matches(texts)), validity)
    case .flat: return Column(.boolean, constant: .null, count: column.count)
    }
  }

  /// One text.
  package func matches(_ text: ArraySlice<UInt8>) -> Bool {
    let bytes = text.span
    return hasSingle
      ? matchesTokens(bytes, 0, bytes.count) : matchesPieces(bytes, 0, bytes.count)
  }

  private func matches(_ texts: TextVector) -> [Bool] {
    let bytes = texts.bytes.span
    let offsets = texts.offsets.span
    return [Bool](capacity: texts.count) { out in
      if hasSingle {
        for row in 0..<texts.count {
          out.append(matchesTokens(bytes, Int(offsets[row]), Int(offsets[row + 1])))
        }
      } else {
        for row in 0..<texts.count {
          out.append(matchesPieces(bytes, Int(offsets[row]), Int(offsets[row + 1])))
        }
      }
    }
  }

  private func matchesPieces(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let first = pieces[0]
    guard stands(first, in: bytes, at: start, end) else { return false }
    if pieces.count == 1 { return end - start == first.count }
    let last = pieces[pieces.count - 1]
    let limit = end - last.count
    var at = start + first.count
    guard limit >= at, stands(last, in: bytes, at: limit, end) else { return false }
    for position in 1..<(pieces.count - 1) {
      let piece = pieces[position]
      guard let found = ByteSearch.first(piece.span, in: bytes, from: at, to: limit) else {
        return false
      }
      at = found + piece.count
    }
    return true
  }

  @inline(__always)
  private func stands(
    _ piece: [UInt8], in bytes: Span<UInt8>, at start: Int, _ end: Int
  ) -> Bool {
    guard end - start >= piece.count else { return false }
    for offset in piece.indices where bytes[start + offset] != piece[offset] { return false }
    return true
  }

  private func matchesTokens(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var at = start
    var token = 0
    var resumeToken = -1
    var resumeAt = 0
    while at < end || token < tokens.count {
      if token < tokens.count {
        switch tokens[token] {
        case .any:
          resumeToken = token + 1
          resumeAt = at
          token += 1
          continue
        case .one where at < end:
          at = next(bytes, at, end)
          token += 1
          continue
        case .byte(let byte) where at < end && bytes[at] == byte:
          at += 1
          token += 1
          continue
        case .one, .byte: break
        }
      }
      guard resumeToken >= 0, resumeAt < end else { return false }
      resumeAt = next(bytes, resumeAt, end)
      at = resumeAt
      token = resumeToken
    }
    return true
  }

  /// The start of the code point after the one at `at`.
  @inline(__always)
  private func next(_ bytes: Span<UInt8>, _ at: Int, _ end: Int) -> Int {
    var next = at + 1
    while next < end && UTF8Text.isContinuation(bytes[next]) { next += 1 }
    return next
  }
}
