import Files

/// A glob over keys as over paths: `*` and `?` stay within a folder, `**` is any number of folders,
/// `[a-c]` and `[!a-c]` are one character, `{a,b}` is the one or the other. A pattern that ends at a folder stands for all below it.
struct KeyPattern: Sendable {
  /// The patterns that this one stands for, each in its parts.
  private let alternatives: [[[UInt8]]]

  init(_ pattern: String) {
    alternatives = Path.alternatives(pattern).map { pattern in
      pattern.split(separator: "/", omittingEmptySubsequences: false).map { Array($0.utf8) }
    }
  }

  func matches(_ key: String) -> Bool {
    let folders = key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { Array($0) }
    return alternatives.contains { KeyPattern.matches(folders, $0) }
  }

  private static func matches(_ folders: [[UInt8]], _ parts: [[UInt8]]) -> Bool {
    // How many folders of the key the parts so far may have taken; sets, so that no pattern is slow.
    var reached: Set<Int> = [0]
    for part in parts {
      var next: Set<Int> = []
      for start in reached {
        if part == Array("**".utf8) {
          next.formUnion(start...folders.count)
        } else if start < folders.count, KeyPattern.matches(folders[start], part) {
          next.insert(start + 1)
        }
      }
      reached = next
      if reached.isEmpty { return false }
    }
    return true
  }

  /// Whether a name fits one part of a pattern.
  static func matches(_ name: [UInt8], _ part: [UInt8]) -> Bool {
    var (at, mark) = (0, 0)
    var retry: (at: Int, mark: Int)?
    while at < name.count || mark < part.count {
      if mark < part.count {
        if part[mark] == UInt8(ascii: "*") {
          retry = (at, mark)
          mark += 1
          continue
        }
        if at < name.count, let end = fits(name[at], part, mark) {
          at += 1
          mark = end
          continue
        }
      }
      // The last star takes one more character.
      guard let (start, star) = retry, start < name.count else { return false }
      retry = (start + 1, star)
      at = start + 1
      mark = star + 1
    }
    return true
  }

  /// Whether a character fits what stands at `mark`; where that ends, nil if it does not fit.
  private static func fits(_ byte: UInt8, _ part: [UInt8], _ mark: Int) -> Int? {
    if part[mark] == UInt8(ascii: "?") { return mark + 1 }
    guard part[mark] == UInt8(ascii: "["),
      let end = part[(mark + 1)...].dropFirst().firstIndex(of: UInt8(ascii: "]"))
    else { return part[mark] == byte ? mark + 1 : nil }
    var inside = part[(mark + 1)..<end]
    let isNegated = inside.first == UInt8(ascii: "!")
    if isNegated { inside = inside.dropFirst() }
    var isIn = false
    var at = inside.startIndex
    while at < inside.endIndex {
      if at + 2 < inside.endIndex, inside[at + 1] == UInt8(ascii: "-") {
        isIn = isIn || inside[at] <= byte && byte <= inside[at + 2]
        at += 3
      } else {
        isIn = isIn || inside[at] == byte
        at += 1
      }
    }
    return isIn != isNegated ? end + 1 : nil
  }
}
