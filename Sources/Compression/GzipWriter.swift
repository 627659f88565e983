/// Compresses what is written to it, in one gzip member without name or time, so that equal contents
/// give equal files.
package final class GzipWriter {
  private let deflater: Deflater
  private let sink: ([UInt8]) throws -> Void
  private var pending: [UInt8] = []
  private var ready: [UInt8] = []
  private static let step = 1 << 18

  /// - Parameters:
  ///   - level: 0 (stored) to 9 (smallest).
  ///   - sink: receives the compressed bytes in order.
  package init(level: Int = 6, sink: @escaping ([UInt8]) throws -> Void) {
    do {
      deflater = try Deflater(.gzip, level: min(9, max(0, level)))
    } catch {
      preconditionFailure("zlib refused its own parameters: \(error.reason)")
    }
    self.sink = sink
  }

  /// - Throws: what the sink throws.
  package func write(_ bytes: [UInt8]) throws {
    pending += bytes
    if pending.count >= GzipWriter.step { try flush(finishing: false) }
  }

  /// Writes what is left and the checksum; nothing may be written after it.
  ///
  /// - Throws: what the sink throws.
  package func finish() throws { try flush(finishing: true) }

  private func flush(finishing: Bool) throws {
    deflater.deflate(pending, finishing: finishing, into: &ready)
    pending.removeAll(keepingCapacity: true)
    if !ready.isEmpty { try sink(ready) }
    ready.removeAll(keepingCapacity: true)
  }
}
