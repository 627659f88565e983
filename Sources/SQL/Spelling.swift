/// Names that were probably meant where one was misspelt.
package enum Spelling {
  /// The names closest to `name`, nearest first: at most three, each within an edit distance of a
  /// third of the name's length (at least 1), compared without case.
  ///
  /// - Complexity: O(*n* · *m*²) for *n* candidates of length *m*.
  package static func nearest(to name: String, among candidates: some Sequence<String>) -> [String]
  {
    let wanted = Array(name.lowercased().unicodeScalars)
    let limit = max(1, wanted.count / 3)
    var found: [(distance: Int, name: String)] = []
    for candidate in candidates {
      let scalars = Array(candidate.lowercased().unicodeScalars)
      guard abs(scalars.count - wanted.count) <= limit else { continue }
      let distance = distance(wanted, scalars)
      if distance <= limit, !found.contains(where: { $0.name == candidate }) {
        found.append((distance, candidate))
      }
    }
    found.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
    return found.prefix(3).map(\.name)
  }

  /// The end of a message: `; did you mean 'cost' or 'costs'?`, empty when nothing is close.
  package static func hint(for name: String, among candidates: some Sequence<String>) -> String {
    let names = nearest(to: name, among: candidates).map { "'\($0)'" }
    guard let last = names.last else { return "" }
    let list =
      names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " or " + last
    return "; did you mean \(list)?"
  }

  /// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other:
  /// optimal string alignment distance.
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for row in 1...a.count {
      var current = [row]
      current.reserveCapacity(b.count + 1)
      for column in 1...b.count {
        let isSame = a[row - 1] == b[column - 1]
        var best = min(last[column] + 1, current[column - 1] + 1)
        best = min(best, last[column - 1] + (isSame ? 0 : 1))
        if row > 1, column > 1, a[row - 1] == b[column - 2], a[row - 2] == b[column - 1] {
          best = min(best, beforeLast[column - 2] + 1)
        }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[b.count]
  }
}
