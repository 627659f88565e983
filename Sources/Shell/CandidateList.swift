import TextFormats

/// The words that could stand at the cursor, in columns.
package enum CandidateList {
  private static let rowLimit = 12

  /// Rows no wider than the terminal; past a dozen rows the rest is counted.
  package static func rows(_ words: [String], width: Int) -> [String] {
    let widest = words.map(TerminalText.width).max() ?? 0
    let columns = max(1, (width - 1) / (widest + 2))
    let needed = (words.count + columns - 1) / columns
    let count = min(needed, rowLimit)
    var rows: [String] = []
    for row in 0..<count {
      var line = ""
      for column in 0..<columns {
        let position = column * needed + row
        guard position < words.count else { continue }
        let word = TerminalText.cut(words[position], to: max(1, width - 1))
        let blanks = widest + 2 - TerminalText.width(word)
        line += word + String(repeating: " ", count: max(0, blanks))
      }
      while line.last == " " { line.removeLast() }
      rows.append(line)
    }
    if needed > count { rows.append("… \(words.count) in all; go on typing") }
    return rows
  }
}
