import Columns

/// Bytes: their text forms and digests.
enum BinaryFunctions {
  private static let binary = ParameterType.exactly(.varbinary)
  private static let text = ParameterType.exactly(.varchar)

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "to_utf8", summary: "The bytes of a text.",
      overloads: [.text([text], to: .varbinary) { (text: Text, out) in out += text }]),
    ScalarFunction(
      "from_utf8", summary: "The text of bytes, what is not UTF-8 replaced.",
      overloads: [
        .text([binary]) { (bytes: Text, out) in out += bytes.string.utf8 },
        .text([binary, .exactly(.bigint)]) { (bytes: Text, code: Int64, out) in
          guard let scalar = UInt32(exactly: code), Unicode.Scalar(scalar) != nil else {
            throw EvaluationError("not a valid Unicode code point: \(code)")
          }
          var replacement: [UInt8] = []
          UTF8Text.append(scalar, to: &replacement)
          Replacement.append(
            Array(bytes.string.utf8)[...], replacing: Array("\u{FFFD}".utf8)[...],
            with: replacement[...], to: &out)
        },
        .text([binary, text]) { (bytes: Text, replacement: Text, out) in
          guard replacement.codePointCount <= 1 else {
            throw EvaluationError(
              "expected one character or none, found '\(replacement.prefix(40).string)'")
          }
          Replacement.append(
            Array(bytes.string.utf8)[...], replacing: Array("\u{FFFD}".utf8)[...],
            with: replacement, to: &out)
        },
      ]),
    ScalarFunction(
      "to_hex", summary: "Bytes as hexadecimal digits.",
      overloads: [
        .text([binary]) { (bytes: Text, out) in
          for byte in bytes {
            out.append(HexText.upper[Int(byte >> 4)])
            out.append(HexText.upper[Int(byte & 15)])
          }
        }
      ]),
    ScalarFunction(
      "from_hex", summary: "The bytes of hexadecimal digits.",
      overloads: [
        .text([text], to: .varbinary) { (text: Text, out) in
          guard text.count % 2 == 0 else { throw failure("hexadecimal digits in pairs", text) }
          for at in stride(from: text.startIndex, to: text.endIndex, by: 2) {
            guard let high = HexText.digit(text[at]), let low = HexText.digit(text[at + 1]) else {
              throw failure("hexadecimal digits in pairs", text)
            }
            out.append(high << 4 | low)
          }
        }
      ]),
    encoder("to_base64", "Bytes as Base64.", Base64.standard),
    encoder("to_base64url", "Bytes as URL-safe Base64.", Base64.url),
    decoder("from_base64", "The bytes of Base64.", Base64.standard),
    decoder("from_base64url", "The bytes of URL-safe Base64.", Base64.url),
    digest("md5", "The MD5 digest of bytes.") { bytes in
      var digest = MD5()
      digest.add(bytes)
      return digest.digest()
    },
    digest("sha1", "The SHA-1 digest of bytes.", SHA.sha1),
    digest("sha256", "The SHA-256 digest of bytes.", SHA.sha256),
    digest("sha512", "The SHA-512 digest of bytes.", SHA.sha512),
    ScalarFunction(
      "crc32", summary: "The CRC-32 checksum of bytes.",
      overloads: [
        .map([binary], to: .bigint) { (bytes: Text) in Int64(CRC32.checksum(bytes)) }
      ]),
  ]

  private static func failure(_ expected: String, _ text: Text) -> EvaluationError {
    EvaluationError("expected \(expected), found '\(text.prefix(40).string)'")
  }

  private static func encoder(_ name: String, _ summary: String, _ alphabet: [UInt8])
    -> ScalarFunction
  {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .text([binary]) { (bytes: Text, out) in
          Base64.append(bytes, alphabet: alphabet, to: &out)
        }
      ])
  }

  private static func decoder(_ name: String, _ summary: String, _ alphabet: [UInt8])
    -> ScalarFunction
  {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .text([text], to: .varbinary) { (text: Text, out) in
          guard let bytes = Base64.decoded(text, alphabet: alphabet) else {
            throw failure("Base64", text)
          }
          out += bytes
        }
      ])
  }

  private static func digest(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Text) -> [UInt8]
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [.text([binary], to: .varbinary) { (bytes: Text, out) in out += body(bytes) }])
  }
}
