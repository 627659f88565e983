/// Why a block of compressed bytes cannot be inflated.
package struct CodecError: Error, Equatable {
  /// What was found, ready to follow "…: " in the message of whoever knows where the block lies.
  package let reason: String
  /// Whether the block may well be valid, but needs what is not done here.
  package let isUnsupported: Bool

  /// - Parameter reason: lower case, without a full stop.
  package init(_ reason: String) {
    self.reason = reason
    isUnsupported = false
  }

  /// - Parameter feature: what is not supported, and what is.
  package init(unsupported feature: String) {
    reason = "not supported: " + feature
    isUnsupported = true
  }

  /// The bytes end before what they announce.
  static let cutShort = CodecError("the compressed data ends too early")
}
