import Files

/// Ends the reading of a packed file that inflates to far more than a report can: one made to keep its
/// reader busy. Deflate reaches 1032 times at most, and reports 20 to 50.
final class InflationLimit: ByteSource {
  let name: String
  private let contents: any ByteSource
  private let packedSize: Int?
  private var count = 0
  /// Times the packed size beyond which a file is refused, once it is large.
  private static let ratio = 500
  private static let freeBytes = 64 << 20

  /// - Parameter packedSize: bytes of the packed file; nil where that is not known.
  init(_ contents: any ByteSource, packedSize: Int?) {
    self.contents = contents
    self.packedSize = packedSize
    name = contents.name
  }

  func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
    let received = try contents.read(into: &buffer, limit: limit)
    count += received
    if let packedSize, count > InflationLimit.freeBytes,
      count / InflationLimit.ratio > packedSize
    {
      throw FormatError(
        name,
        "inflates to more than \(InflationLimit.ratio) times its size, expected a report, which "
          + "inflates 20 to 50 times: fetch the file again, or unpack it if it is meant to be so")
    }
    return received
  }
}
