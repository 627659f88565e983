package import Files

/// The inflated bytes of another source.
///
/// Gzip files may have several members, whose contents follow each other, and zero bytes after the last
/// one. Anything else after a member is an error: it may be a part of the report that would be lost.
/// Checksums and lengths are verified by zlib at the end of each member.
package final class GzipSource: ByteSource {
  package let name: String
  /// Bytes taken from the compressed source so far, for progress.
  package private(set) var compressedCount = 0

  private let base: any ByteSource
  private let format: DeflateFormat
  private var inflater: Inflater?
  private var input: [UInt8] = []
  private var position = 0
  private var state = State.betweenMembers
  private var members = 0
  private static let inputStep = 1 << 18

  private enum State { case betweenMembers, inMember, finished }

  package init(_ base: any ByteSource, format: DeflateFormat = .gzip) {
    self.base = base
    self.format = format
    name = base.name
  }

  /// Appends up to `limit` inflated bytes; fewer only at the end.
  ///
  /// - Throws: `FormatError` for damaged or incomplete data; what the base source throws.
  package func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
    let start = buffer.count
    while buffer.count - start < limit && state != .finished {
      switch state {
      case .betweenMembers: try beginMember()
      case .inMember: try inflate(into: &buffer, room: limit - (buffer.count - start))
      case .finished: break
      }
    }
    return buffer.count - start
  }

  private func inflate(into buffer: inout [UInt8], room: Int) throws {
    guard let inflater else { return }
    if position == input.count, try !refill() {
      throw FormatError(
        name,
        "ends in the middle of the compressed data: the download may be incomplete, fetch it again")
    }
    do throws(ZlibFailure) {
      if try inflater.step(input, &position, into: &buffer, room: room) == .ended {
        state = format == .gzip ? .betweenMembers : .finished
      }
    } catch {
      throw FormatError(
        name, at: "near compressed byte \(compressedCount - input.count + position)",
        "the compressed data is damaged (\(error.reason)): fetch the file again")
    }
  }

  private func beginMember() throws {
    if position == input.count, try !refill() {
      if members > 0 {
        state = .finished
        return
      }
      throw FormatError(
        name, "is empty, expected compressed data: the download may be incomplete")
    }
    if members > 0 {
      if input[position] == 0 { return try skipPadding() }
      guard input[position] == 0x1F else { throw trailingBytes() }
      inflater?.reset()
    } else {
      do throws(ZlibFailure) { inflater = try Inflater(format) } catch {
        throw FormatError(name, error.reason)
      }
    }
    members += 1
    state = .inMember
  }

  private func skipPadding() throws {
    repeat {
      for byte in input[position...] where byte != 0 { throw trailingBytes() }
      position = input.count
    } while try refill()
    state = .finished
  }

  private func trailingBytes() -> FormatError {
    FormatError(
      name,
      "has bytes that are not gzip after the end of the compressed data: "
        + "two files may have been joined, or the download went wrong")
  }

  private func refill() throws -> Bool {
    input.removeAll(keepingCapacity: true)
    position = 0
    let count = try base.read(into: &input, limit: GzipSource.inputStep)
    compressedCount += count
    return count > 0
  }
}
