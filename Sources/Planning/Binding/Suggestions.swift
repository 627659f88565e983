/// Names that were probably meant.
package enum Suggestions {
  /// `; did you mean 'cost'?`, or nothing.
  package static func sentence(_ name: String, among candidates: some Sequence<String>) -> String {
    let names = nearest(to: name, among: candidates)
    guard let last = names.last else { return "" }
    let quoted = names.map { "'\($0)'" }
    guard names.count > 1 else { return "; did you mean '\(last)'?" }
    return "; did you mean " + quoted.dropLast().joined(separator: ", ") + " or '\(last)'?"
  }

  /// At most three candidates, nearest first, within a third of the name's length in edits (at
  /// least one), ignoring case.
  package static func nearest(to name: String, among candidates: some Sequence<String>) -> [String]
  {
    let wanted = Array(name.lowercased().utf8)
    let limit = max(1, wanted.count / 3)
    var seen: Set<String> = []
    var found: [(distance: Int, name: String)] = []
    for candidate in candidates {
      let lowered = candidate.lowercased()
      guard seen.insert(lowered).inserted else { continue }
      let bytes = Array(lowered.utf8)
      guard abs(bytes.count - wanted.count) <= limit else { continue }
      let distance = editDistance(wanted, bytes)
      if distance <= limit { found.append((distance, candidate)) }
    }
    found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
    return found.prefix(3).map(\.name)
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  ///
  /// - Complexity: O(`a.count` × `b.count`).
  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var current = [i + 1]
      current.reserveCapacity(b.count + 1)
      for j in b.indices {
        var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, current[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[b.count]
  }
}
