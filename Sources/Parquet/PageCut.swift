import Columns

/// What goes into one data page: level entries, the values among them, and the row they begin with.
struct PageCut {
  let entries: Range<Int>
  let values: Range<Int>
  /// Counted from the start of the row group.
  let firstRow: Int

  /// Bytes of plain text after which a page ends.
  private static let pageBytes = 1 << 20

  /// Cuts a chunk between rows: after so many rows, or bytes of text where it is stored plainly.
  static func cuts(
    _ gathering: LeafGathering, _ options: ParquetWriterOptions, texts: WriteValues? = nil
  ) -> [PageCut] {
    let isText = texts?.layout == .text
    if gathering.leaf.maxRepetition == 0 && !isText { return cuts(gathering, options.pageRows) }
    if gathering.leaf.maxRepetition == 0, let text = texts?.text, text.count == gathering.entryCount
    {
      return cuts(text, options.pageRows)
    }
    let text = isText ? texts?.text : nil
    let present = UInt8(gathering.leaf.maxDefinition)
    var cuts: [PageCut] = []
    var (entry, value, row) = (0, 0, 0)
    while entry < gathering.entryCount {
      let (firstEntry, firstValue, firstRow) = (entry, value, row)
      var size = 0
      while entry < gathering.entryCount {
        if gathering.leaf.maxRepetition == 0 || gathering.repetitions[entry] == 0 {
          if row - firstRow >= options.pageRows || size >= pageBytes { break }
          row += 1
        }
        if gathering.definitions[entry] == present {
          if let text { size += text.length(value) + 4 }
          value += 1
        }
        entry += 1
      }
      cuts.append(
        PageCut(entries: firstEntry..<entry, values: firstValue..<value, firstRow: firstRow))
    }
    return cuts
  }

  /// Where no text is NULL, an entry is a row and a value.
  private static func cuts(_ text: TextVector, _ pageRows: Int) -> [PageCut] {
    var cuts: [PageCut] = []
    let offsets = text.offsets.span
    var first = 0
    while first < text.count {
      var end = first
      // A page takes in the text that makes it long enough.
      let limit = Int(offsets[first]) + pageBytes
      while end < text.count && end - first < max(1, pageRows)
        && Int(offsets[end]) + 4 * (end - first) < limit
      {
        end += 1
      }
      cuts.append(PageCut(entries: first..<end, values: first..<end, firstRow: first))
      first = end
    }
    return cuts
  }

  /// Without lists an entry is a row.
  private static func cuts(_ gathering: LeafGathering, _ pageRows: Int) -> [PageCut] {
    let present = UInt8(gathering.leaf.maxDefinition)
    var value = 0
    return stride(from: 0, to: gathering.entryCount, by: max(1, pageRows)).map { start in
      let entries = start..<min(start + max(1, pageRows), gathering.entryCount)
      let count = gathering.definitions.count(of: present, in: entries)
      defer { value += count }
      return PageCut(entries: entries, values: value..<value + count, firstRow: start)
    }
  }
}
