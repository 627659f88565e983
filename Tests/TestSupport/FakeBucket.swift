import Columns
import Files
import Foundation

/// A bucket without a server: files in a folder, and a program that answers like the AWS CLI.
package final class FakeBucket: Sendable {
  package static let name = "bucket"
  private let scratch: Scratch
  /// The program to use in place of `aws`.
  package var program: String { scratch.path + "/aws" }
  /// Where a test may keep fetched objects.
  package var cache: String { scratch.path + "/cache" }

  package init() throws {
    scratch = try Scratch()
    try scratch.file("aws", FakeBucket.script)
    try scratch.file("index", "")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
  }

  /// Puts an object there, or another in place of it.
  ///
  /// - Parameter tag: nil for the digest of the content, as of objects that came in one piece.
  package func put(
    _ key: String, _ content: String, tag: String? = nil, modified: Int = 1_790_000_000
  ) throws {
    var digest = MD5()
    digest.add(Array(content.utf8))
    let name = FakeBucket.hexadecimal(key)
    // A key may be longer than a file's name.
    let file = "objects/" + String(name.suffix(100)) + String(UInt64.random(in: 0 ... .max))
    try scratch.file(file, content)
    let json = String(
      decoding: try JSONEncoder().encode([key]).dropFirst(2).dropLast(2), as: UTF8.self)
    let line = [
      json.replacing("\\/", with: "/"), name, file, String(content.utf8.count),
      tag ?? digest.text(),
      String(modified),
    ].joined(separator: "\t")
    try change(key) { $0 + [line] }
  }

  package func delete(_ key: String) throws { try change(key) { $0 } }

  private func change(_ key: String, _ body: ([String]) -> [String]) throws {
    let name = FakeBucket.hexadecimal(key)
    let lines = try scratch.text("index").split(separator: "\n").map(String.init).filter {
      $0.split(separator: "\t")[1] != name
    }
    let sorted = body(lines).sorted { $0.split(separator: "\t")[1] < $1.split(separator: "\t")[1] }
    try scratch.file("index", sorted.map { $0 + "\n" }.joined())
  }

  /// The objects that a page of a listing has.
  package func setPage(_ count: Int) throws { try scratch.file("page", String(count)) }
  /// Every request ends with this on standard error; nil for none any more.
  package func fail(with words: String?) throws {
    try Directory.removeFile(scratch.path + "/fails")
    if let words { try scratch.file("fails", words + "\n") }
  }
  /// What an answer to `get-object` says besides, as members of JSON.
  package func say(_ members: String) throws { try scratch.file("says", members) }
  /// Bytes put behind the content of the next objects given one by one.
  package func spoil(_ bytes: String?) throws {
    try Directory.removeFile(scratch.path + "/spoils")
    if let bytes { try scratch.file("spoils", bytes) }
  }

  /// What was asked since the last call, a line each: `get-object`, `list-objects-v2`, `cp`.
  package func requests() throws -> [String] {
    let lines = (try? scratch.text("requests").split(separator: "\n").map(String.init)) ?? []
    try Directory.removeFile(scratch.path + "/requests")
    return lines
  }

  private static func hexadecimal(_ text: String) -> String {
    text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static let script = #"""
    #!/bin/sh
    here=$(dirname "$0")
    echo "$2" >> "$here/requests"
    if [ -e "$here/fails" ]; then cat "$here/fails" >&2; exit 254; fi
    export LC_ALL=C
    member() { printf '%s' "$request" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
    case "$2" in
    list-objects-v2)
      request=$4
      token=0
      if [ "$7" = --starting-token ]; then token=$8; fi
      if [ "$(member Bucket)" != bucket ]; then
        echo "An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: no" >&2
        exit 254
      fi
      PREFIX=$(member Prefix) FLAT=$(member Delimiter) START=$token \
        PAGE=$(cat "$here/page" 2>/dev/null || echo 10000) awk -F '\t' '
        BEGIN { p = ENVIRON["PREFIX"]; printf "{\"Contents\":[" }
        index($1, p) != 1 { next }
        ENVIRON["FLAT"] != "" && index(substr($1, length(p) + 1), "/") { next }
        { n++ }
        n <= ENVIRON["START"] { next }
        shown >= ENVIRON["PAGE"] { more = 1; next }
        { printf "%s{\"Key\":\"%s\",\"Size\":%s,\"ETag\":\"\\\"%s\\\"\",\"LastModified\":\"2026-09-21T14:13:20Z\"}", (shown ? "," : ""), $1, $4, $5; shown++ }
        END { printf "]"; if (more) printf ",\"NextToken\":\"%d\"", ENVIRON["START"] + shown; print "}" }
        ' "$here/index"
      ;;
    get-object)
      key=$(printf '%s' "${5#--key=}" | od -An -v -tx1 | tr -d ' \n')
      line=$(KEY=$key awk -F '\t' '$2 == ENVIRON["KEY"]' "$here/index")
      if [ -z "$line" ]; then
        echo "An error occurred (NoSuchKey) when calling the GetObject operation: no" >&2
        exit 254
      fi
      tag=$(printf '%s' "$line" | cut -f5)
      if [ "$7" != "\"$tag\"" ]; then
        echo "An error occurred (PreconditionFailed) when calling the GetObject operation: no" >&2
        exit 254
      fi
      cat "$here/$(printf '%s' "$line" | cut -f3)" > "$8"
      if [ -e "$here/spoils" ]; then cat "$here/spoils" >> "$8"; fi
      printf '{"ETag":"\\"%s\\""%s}' "$tag" "$(cat "$here/says" 2>/dev/null)"
      ;;
    cp)
      prefix=${3#s3://bucket/}
      PREFIX=$prefix awk -F '\t' 'index($1, ENVIRON["PREFIX"]) == 1' "$here/index" |
        while IFS="$(printf '\t')" read -r name _ file _ _ _; do
          to="$4/${name#"$prefix"}"
          mkdir -p "$(dirname "$to")"
          cat "$here/$file" > "$to"
          touch -d 2026-09-21T14:13:20Z "$to"
        done
      ;;
    esac
    """#
}
