import Columns
import Dispatch
import Files
import Synchronization

/// Fetches objects one by one, a few at a time: each by a process of its own.
struct ObjectFetcher: Sendable {
  let program: AWSProgram
  let bucket: String
  /// A folder for what is not yet proven.
  let stage: String
  /// Processes at a time: their waiting overlaps, their memory adds up.
  private static let lanes = 4

  /// A file that was proven to be an object.
  struct Receipt: Sendable {
    let file: String
    /// Whether the tag of an object stored in one piece is the digest of its content.
    let hasDigestTag: Bool
  }

  /// - Parameter body: takes each object with its file or what was wrong, one at a time.
  func fetch(
    _ objects: [BucketObject], body: (BucketObject, Result<Receipt, BucketError>) -> Void
  ) {
    let next = Mutex(0)
    let arrived = Mutex<[(BucketObject, Result<Receipt, BucketError>)]>([])
    let arrivals = DispatchSemaphore(value: 0)
    let workers = DispatchGroup()
    let queue = DispatchQueue(label: "fetch", attributes: .concurrent)
    let shared = Shared(next: next, arrived: arrived)
    for _ in 0..<min(ObjectFetcher.lanes, objects.count) {
      queue.async(group: workers) {
        while true {
          let position = shared.next.withLock { next in
            defer { next += 1 }
            return next
          }
          guard position < objects.count else { return }
          let result = fetch(objects[position], number: position)
          shared.arrived.withLock { $0.append((objects[position], result)) }
          arrivals.signal()
        }
      }
    }
    for _ in objects {
      arrivals.wait()
      if let (object, result) = shared.arrived.withLock({ $0.popLast() }) { body(object, result) }
    }
    workers.wait()
  }

  /// What the workers share.
  private final class Shared: Sendable {
    let next: Mutex<Int>
    let arrived: Mutex<[(BucketObject, Result<Receipt, BucketError>)]>

    init(
      next: consuming Mutex<Int>,
      arrived: consuming Mutex<[(BucketObject, Result<Receipt, BucketError>)]>
    ) {
      self.next = next
      self.arrived = arrived
    }
  }

  /// Twice, unless S3 has said that it will not be given.
  private func fetch(_ object: BucketObject, number: Int) -> Result<Receipt, BucketError> {
    let first = attempt(object, number)
    guard case .failure(let error) = first, !error.isFinal else { return first }
    return attempt(object, number)
  }

  private func attempt(_ object: BucketObject, _ number: Int) -> Result<Receipt, BucketError> {
    let path = Path.join(stage, "object\(number)")
    let place = BucketURL(bucket: bucket, key: object.key).description
    do {
      try Directory.removeFile(path)
      let received = try program.get(object, of: bucket, to: path)
      guard object.tag.isEmpty || received.tag == object.tag else {
        throw BucketError(place, "changed while it was fetched: run again", code: "412")
      }
      try Verification.check(path, object, place: place, byDigest: received.hasDigestTag)
      return .success(Receipt(file: path, hasDigestTag: received.hasDigestTag))
    } catch let error as BucketError {
      try? Directory.removeFile(path)
      guard error.code == "PreconditionFailed" else { return .failure(error) }
      return .failure(
        BucketError(place, "changed while it was fetched: run again", code: error.code))
    } catch {
      return .failure(BucketError(place, "\(error)"))
    }
  }
}

/// Whether a file is the object that a listing showed.
enum Verification {
  /// - Throws: `BucketError` saying what differs; `FileError` when the file cannot be read.
  static func check(
    _ path: String, _ object: BucketObject, place: String, byDigest: Bool
  ) throws {
    let size = try Directory.attributes(path).size
    guard size == object.size else {
      throw BucketError(place, "expected \(object.size) bytes, received \(size)")
    }
    guard byDigest, let expected = object.digest else { return }
    let found = try digest(path)
    guard found == expected else {
      throw BucketError(
        place, "what was received has the MD5 digest \(found), expected \(expected)")
    }
  }

  enum Verdict { case right, doubtful, wrong }

  /// Whether a file that came without a word of S3 about it is the object: doubtful where size and time
  /// are right and the tag does not prove it, as a tag of parts or of an encrypted object never does.
  static func judge(_ path: String, _ object: BucketObject) -> Verdict {
    guard !Directory.isLink(path), Directory.kind(path) == .file,
      let attributes = try? Directory.attributes(path), attributes.size == object.size
    else { return .wrong }
    if let expected = object.digest, let found = try? digest(path), found == expected {
      return .right
    }
    // The CLI gives a file the object's time.
    let isOfTime = attributes.modified / 1_000_000 == object.modified / 1_000_000
    return object.modified != 0 && isOfTime ? .doubtful : .wrong
  }

  private static func digest(_ path: String) throws -> String {
    let source = try FileSource(path)
    var digest = MD5()
    var buffer: [UInt8] = []
    while try source.read(into: &buffer, limit: 1 << 20) > 0 {
      digest.add(buffer)
      buffer.removeAll(keepingCapacity: true)
    }
    return digest.text()
  }
}
