/// What could stand in the place of a word.
package struct Completion: Sendable, Equatable {
  /// The characters that are replaced.
  package let range: Range<Int>
  /// Sorted, without repetition.
  package let candidates: [String]
  /// What is put behind the only candidate: a closing quote, a blank.
  package let ending: String

  package init(range: Range<Int>, candidates: [String], ending: String = "") {
    self.range = range
    self.candidates = candidates
    self.ending = ending
  }

  /// What all candidates begin with, in the first one's spelling.
  package var commonPrefix: String {
    guard var prefix = candidates.first.map({ Array($0) }) else { return "" }
    for candidate in candidates.dropFirst() {
      let same = zip(prefix, candidate).prefix { $0.lowercased() == $1.lowercased() }.count
      prefix.removeLast(prefix.count - same)
    }
    return String(prefix)
  }
}
