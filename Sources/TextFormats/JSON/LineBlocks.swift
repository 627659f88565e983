package import Files

/// Whole lines of a text, some at a time, for readers of formats with a record on each line.
package final class LineBlocks {
  private let source: any ByteSource
  private var buffer: [UInt8] = []
  private var atEnd = false
  /// Bytes read at a time; also what one line may have.
  private static let step = 1 << 18

  /// A line is longer than lines of records are.
  package struct LongLine: Error {}

  package init(_ source: any ByteSource) {
    self.source = source
  }

  /// Works on the blocks with several threads and hands on what `map` makes of each, in their order.
  ///
  /// - Parameter map: is given lines with their line feeds; the last of all may lack its own.
  /// - Throws: ``LongLine``; what the source, `map` and `body` throw.
  package func forEach<T: Sendable>(
    threads: Int, map: @escaping @Sendable ([UInt8]) throws -> T, body: (T) throws -> Void
  ) throws {
    try OrderedPipeline(threads: threads).run(
      source: { try self.next() }, work: { try map($0) }, body: body)
  }

  private func next() throws -> [UInt8]? {
    while !atEnd, buffer.count < LineBlocks.step {
      if try source.read(into: &buffer, limit: LineBlocks.step) == 0 { atEnd = true }
    }
    if buffer.isEmpty { return nil }
    var block: [UInt8] = []
    swap(&block, &buffer)
    if atEnd { return block }
    guard let last = block.lastIndex(of: 0x0A) else { throw LongLine() }
    buffer.reserveCapacity(2 * LineBlocks.step)
    buffer.append(contentsOf: block[(last + 1)...])
    block.removeLast(block.count - last - 1)
    return block
  }
}
