import Columns

/// Hashes that are not digests, and digests with a key.
enum HashFunctions {
  private static let binary = ParameterType.exactly(.varbinary)

  static let all: [ScalarFunction] = [
    ScalarFunction(
      "xxhash64", summary: "The xxHash of bytes, 8 bytes.",
      overloads: [
        .text([binary], to: .varbinary) { (bytes: Text, out) in
          EncodingFunctions.appendBigEndian(XXHash64.hash(bytes), count: 8, to: &out)
        }
      ]),
    ScalarFunction(
      "murmur3", summary: "The MurmurHash3 of bytes, 16 bytes.",
      overloads: [
        .text([binary], to: .varbinary) { (bytes: Text, out) in out += Murmur3.hash(bytes) }
      ]),
    spooky("spooky_hash_v2_64", "The SpookyHash of up to 191 bytes, 8 bytes.", count: 8),
    spooky("spooky_hash_v2_32", "The SpookyHash of up to 191 bytes, 4 bytes.", count: 4),
    keyed("hmac_md5", "The HMAC of bytes with MD5 and a key.", block: 64) { bytes in
      var digest = MD5()
      digest.add(bytes)
      return digest.digest()
    },
    keyed("hmac_sha1", "The HMAC of bytes with SHA-1 and a key.", block: 64, SHA.sha1),
    keyed("hmac_sha256", "The HMAC of bytes with SHA-256 and a key.", block: 64, SHA.sha256),
    keyed("hmac_sha512", "The HMAC of bytes with SHA-512 and a key.", block: 128, SHA.sha512),
  ]

  private static func spooky(_ name: String, _ summary: String, count: Int) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .text([binary], to: .varbinary) { (bytes: Text, out) in
          guard bytes.count < SpookyHash.shortLimit else {
            throw EvaluationError(
              "\(name) takes at most \(SpookyHash.shortLimit - 1) bytes, found \(bytes.count); "
                + "write xxhash64")
          }
          EncodingFunctions.appendBigEndian(SpookyHash.hash(bytes), count: count, to: &out)
        }
      ])
  }

  /// RFC 2104.
  private static func keyed(
    _ name: String, _ summary: String, block: Int,
    _ digest: @escaping @Sendable (Text) -> [UInt8]
  ) -> ScalarFunction {
    ScalarFunction(
      name, summary: summary,
      overloads: [
        .text([binary, binary], to: .varbinary) { (bytes: Text, key: Text, out) in
          var key = key.count > block ? digest(key) : Array(key)
          key += [UInt8](repeating: 0, count: block - key.count)
          let inner = digest((key.map { $0 ^ 0x36 } + bytes)[...])
          out += digest((key.map { $0 ^ 0x5C } + inner)[...])
        }
      ])
  }
}
