import Buckets
import Files

/// The files of an ingest, wherever they come from: paths, buckets, standard input.
struct FoundSources {
  private(set) var files: [String] = []
  /// What could not be had, a failed delivery each.
  private(set) var failures: [DeliverySummary] = []
  private(set) var ignored: [IgnoredFile] = []
  /// Files that the user has named one by one.
  private(set) var named: Set<String> = []
  private(set) var names = SourceNames()
  /// Held while their files are read.
  private var buckets: [String: Bucket] = [:]
  private var spool: SpooledInput?
  private var fetched: Set<String> = []

  private let settings: SourceSettings
  private let recogniser: Recogniser

  /// Finds, and fetches where it has to; what cannot be had is among the failures.
  init(_ paths: [String], _ settings: SourceSettings, _ recogniser: Recogniser) {
    self.settings = settings
    self.recogniser = recogniser
    var local = FoundFiles()
    for path in paths {
      if path == "-" {
        addInput()
      } else if BucketURL.isMeant(by: path) {
        addBucket(path)
      } else {
        local.add(path)
      }
    }
    files = local.files + files
    named.formUnion(paths)
    ignored += local.ignored
    failures = local.failures.map { DeliveryPlanner.damaged($0.path, $0.reason) } + failures
  }

  private mutating func addInput() {
    guard spool == nil else { return }
    do {
      let input = try SpooledInput(named: settings.inputName)
      spool = input
      files.append(input.path)
      named.insert(input.path)
      names.add(file: input.path, name: settings.inputName ?? "standard input")
    } catch {
      failures.append(DeliveryPlanner.damaged("standard input", "\(error)"))
    }
  }

  // MARK: Buckets

  private mutating func addBucket(_ path: String) {
    do {
      let url = try BucketURL(path)
      let bucket = try bucket(url.bucket)
      let selection = try BucketSelection(url, bucket, recogniser)
      let fetched = bucket.fetch(selection.wanted, of: selection.listing, below: selection.prefix)
      bucket.forget(selection.superseded.map(\.key))
      for object in selection.wanted {
        if let file = fetched.files[object.key] {
          add(file, of: object, in: bucket, isNamed: object.key == url.key)
        } else if let error = fetched.failures[object.key] {
          failures.append(DeliveryPlanner.damaged(bucket.url(object.key), "\(error)"))
        }
      }
      ignored += selection.ignored
    } catch let error as BucketError {
      failures.append(DeliveryPlanner.damaged(path, "\(error)"))
    } catch {
      failures.append(DeliveryPlanner.damaged(path, "\(path): \(error)"))
    }
  }

  private mutating func add(
    _ file: String, of object: BucketObject, in bucket: Bucket, isNamed: Bool
  ) {
    guard fetched.insert(file).inserted else { return }
    files.append(file)
    if isNamed { named.insert(file) }
    if file != Path.join(bucket.folder, object.key) {
      names.add(file: file, name: bucket.url(object.key))
    }
  }

  private mutating func bucket(_ name: String) throws -> Bucket {
    if let known = buckets[name] { return known }
    guard let settings = settings.buckets else {
      throw BucketError(
        "s3://\(name)", "there is no folder to keep objects in: name one with --cache")
    }
    let bucket = try Bucket(name, settings)
    buckets[name] = bucket
    names.add(folder: bucket.folder, name: bucket.url(""))
    return bucket
  }
}
