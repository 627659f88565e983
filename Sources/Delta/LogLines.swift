import Files

/// The lines of a file, one after the other.
final class LogLines {
  private static let blockSize = 1 << 20
  private let file: MappedFile
  private var block: [UInt8] = []
  /// Where in the block the next line begins, and where in the file the next block.
  private var position = 0
  private var nextBlock = 0

  init(_ file: MappedFile) { self.file = file }

  /// The next line without its end, nil after the last.
  func next() -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      if position == block.count {
        guard nextBlock < file.count else { return line.isEmpty ? nil : line }
        let end = min(file.count, nextBlock + LogLines.blockSize)
        block = file.copy(nextBlock..<end)
        nextBlock = end
        position = 0
      }
      let rest = block[position...]
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
        line += rest
        position = block.count
        continue
      }
      line += block[position..<end]
      position = end + 1
      return line
    }
  }
}
