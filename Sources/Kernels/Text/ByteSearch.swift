/// Finding bytes in bytes.
enum ByteSearch {
  /// The first place in `text`, at or after `start`, where `pattern` stands; nil if nowhere.
  ///
  /// - Complexity: O(`text.count` × `pattern.count`) at worst, one pass for texts in practice.
  static func first(
    _ pattern: Span<UInt8>, in text: Span<UInt8>, from start: Int, to end: Int
  ) -> Int? {
    guard pattern.count > 0 else { return start <= end ? start : nil }
    let head = pattern[0]
    var at = start
    let last = end - pattern.count
    while at <= last {
      if text[at] == head {
        var offset = 1
        while offset < pattern.count && text[at + offset] == pattern[offset] { offset += 1 }
        if offset == pattern.count { return at }
      }
      at += 1
    }
    return nil
  }
}

extension ArraySlice<UInt8> {
  /// The first index where `pattern` stands, at or after `start`.
  func firstIndex(of pattern: ArraySlice<UInt8>, from start: Int? = nil) -> Int? {
    guard let head = pattern.first else { return start ?? startIndex }
    var at = start ?? startIndex
    let last = endIndex - pattern.count
    while at <= last {
      if self[at] == head && self[at..<(at + pattern.count)] == pattern { return at }
      at += 1
    }
    return nil
  }
}
