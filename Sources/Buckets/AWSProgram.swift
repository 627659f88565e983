import Files
import TextFormats

/// The AWS command line that the user has, with the user's own credentials, profile, region and endpoint.
///
/// They come from the environment and files that the program itself reads; nothing of them passes here.
package struct AWSProgram: Sendable {
  /// The program's name or path.
  package let name: String

  package init(_ name: String = "aws") {
    self.name = name
  }

  /// It must never ask or page: nobody is there to answer.
  private static let settings = ["AWS_PAGER": "", "AWS_CLI_AUTO_PROMPT": "off"]
  private static let outputLimit = 256 << 20

  /// Runs a command and returns what it printed.
  ///
  /// - Parameter place: what messages call that which is asked for.
  /// - Throws: `BucketError` with the CLI's own words.
  private func run(_ words: [String], for place: String) throws(BucketError) -> [UInt8] {
    var program = Program([name] + words)
    program.settings = AWSProgram.settings
    program.outputLimit = AWSProgram.outputLimit
    let outcome: Program.Outcome
    do {
      outcome = try program.run()
    } catch {
      throw BucketError(place, message(of: error), code: "NoProgram")
    }
    guard outcome.status == 0 else {
      throw BucketError(place, complaint: outcome.complaint, status: outcome.status)
    }
    return outcome.output
  }

  private func message(of error: ProgramError) -> String {
    guard case .notFound = error.reason else { return "\(error)" }
    return
      "\(error); s3:// needs the AWS CLI: install it from https://aws.amazon.com/cli, or name the "
      + "program with --aws or KAKEIBO_AWS"
  }

  /// An answer in JSON; `null` where nothing was printed.
  private func json(_ words: [String], for place: String) throws(BucketError) -> JSONValue {
    let output = try run(words + ["--output", "json"], for: place)
    if output.allSatisfy({ $0 <= 0x20 }) { return .null }
    do {
      return try JSONValue.parse(output, file: place)
    } catch {
      throw BucketError(place, "expected JSON from '\(name)': \(error)")
    }
  }

  private func text(of request: JSONValue) -> String {
    var bytes: [UInt8] = []
    JSONText.append(request, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: What is asked of it

  /// A part of a listing, and where the next one begins.
  struct Page {
    let objects: [BucketObject]
    let next: String?
  }

  /// Some thousands of the objects whose keys begin with a prefix, in the order of the keys.
  ///
  /// - Parameters:
  ///   - isFlat: leaves out keys with a further slash.
  ///   - token: where the page begins; nil for the first.
  func page(
    _ bucket: String, prefix: String, isFlat: Bool = false, after token: String?
  ) throws(BucketError) -> Page {
    // Keys inside JSON are taken as they are, whatever they begin with.
    var request = JSONObject([("Bucket", .string(bucket)), ("Prefix", .string(prefix))])
    if isFlat { request["Delimiter"] = .string("/") }
    let place = BucketURL(bucket: bucket, key: prefix).description
    let answer = try json(
      [
        "s3api", "list-objects-v2", "--cli-input-json", text(of: .object(request)),
        "--max-items", "10000",
      ] + (token.map { ["--starting-token", $0] } ?? []), for: place)
    return Page(
      objects: (answer["Contents"]?.array ?? []).compactMap(BucketObject.init),
      next: answer["NextToken"]?.string)
  }

  /// What S3 said of an object that it gave.
  struct Received {
    let tag: String
    /// Whether the tag of an object stored in one piece is the MD5 digest of its content.
    let hasDigestTag: Bool
  }

  /// Writes the listed version of an object into a file.
  ///
  /// - Throws: `BucketError`, with the code `PreconditionFailed` when the object is another by now.
  func get(
    _ object: BucketObject, of bucket: String, to path: String
  ) throws(BucketError) -> Received {
    let place = BucketURL(bucket: bucket, key: object.key).description
    let schemes = ["file://", "fileb://", "http://", "https://"]
    guard !schemes.contains(where: object.key.hasPrefix), !object.key.utf8.contains(0) else {
      throw BucketError(
        place, "the AWS CLI would take this key for the place of another; rename the object",
        code: "NoSuchKey")
    }
    var words = ["s3api", "get-object", "--bucket", bucket, "--key=\(object.key)"]
    if !object.tag.isEmpty { words += ["--if-match", "\"\(object.tag)\""] }
    let answer = try json(words + [path], for: place)
    let encryption = answer["ServerSideEncryption"]?.string ?? ""
    return Received(
      tag: BucketObject.bareTag(answer["ETag"]?.string ?? object.tag),
      hasDigestTag: !encryption.hasPrefix("aws:kms") && answer["SSECustomerAlgorithm"] == nil)
  }

  /// Copies all objects below a prefix into a folder, some at a time, and says what was amiss, if
  /// anything was: what arrived is to be looked at.
  func copyTree(_ bucket: String, prefix: String, to folder: String) -> BucketError? {
    let place = BucketURL(bucket: bucket, key: prefix).description
    do {
      _ = try run(
        ["s3", "cp", place, folder, "--recursive", "--only-show-errors", "--no-progress"],
        for: place)
      return nil
    } catch {
      return error
    }
  }
}
