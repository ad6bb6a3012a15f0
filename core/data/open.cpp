// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/formats.h"

namespace tandem::data {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFashionMnist = "/usr/share/datasets/fashion-mnist";

/// Joins parts of one data set.
class Collector {
  public:
    explicit Collector(std::string name) { dataset_.name = std::move(name); }

    void add(Part part, const std::string& origin) {
        if (dataset_.sampleShape.empty()) {
            dataset_.sampleShape = part.sampleShape;
            dataset_.images = std::move(part.images);
        } else if (part.sampleShape != dataset_.sampleShape ||
                   part.images.index() != dataset_.images.index()) {
            throw inputError("{}: holds {} images where the files before it hold {} ones, or elements of "
                             "another type",
                             origin, nn::toString(part.sampleShape), nn::toString(dataset_.sampleShape));
        } else {
            std::visit(
                [&](auto& all) {
                    const auto& more = std::get<std::decay_t<decltype(all)>>(part.images);
                    all.insert(all.end(), more.begin(), more.end());
                },
                dataset_.images);
        }
        dataset_.labels.insert(dataset_.labels.end(), part.labels.begin(), part.labels.end());
    }

    void endTrainingPart() { dataset_.trainingCount = dataset_.size(); }

    Dataset finish(std::vector<std::string> classNames) {
        if (dataset_.size() == 0 || nn::elementCount(dataset_.sampleShape) == 0) {
            throw inputError("data set '{}': holds no images", dataset_.name);
        }
        if (dataset_.trainingCount == 0) {
            endTrainingPart();
        }
        if (!dataset_.labels.empty()) {
            const int most = *std::ranges::max_element(dataset_.labels) + 1;
            dataset_.classes = std::max(most, static_cast<int>(classNames.size()));
        }
        dataset_.classNames = std::move(classNames);
        dataset_.normalization.scale = dataset_.images.index() == 0 ? 1.0F / 255.0F : 1.0F;
        return std::move(dataset_);
    }

  private:
    Dataset dataset_;
};

/// folder/stem or folder/stem.gz, whichever is there, or an empty path.
fs::path plainOrGzip(const fs::path& folder, const std::string& stem) {
    for (const char* ending : {"", ".gz"}) {
        if (fs::exists(folder / (stem + ending))) {
            return folder / (stem + ending);
        }
    }
    return {};
}

Dataset openIdxFolder(const fs::path& folder, const std::string& name, std::vector<std::string> classNames) {
    Collector collector(name);
    for (const std::string prefix : {"train", "t10k"}) {
        const fs::path images = plainOrGzip(folder, prefix + "-images-idx3-ubyte");
        const fs::path labels = plainOrGzip(folder, prefix + "-labels-idx1-ubyte");
        if (images.empty() != labels.empty()) {
            throw inputError("{}: {}-images-idx3-ubyte and {}-labels-idx1-ubyte must both be there",
                             folder.string(), prefix, prefix);
        }
        if (!images.empty()) {
            collector.add(readIdxPair(images, labels), images.string());
        }
        if (prefix == "train") {
            collector.endTrainingPart();
        }
    }
    return collector.finish(std::move(classNames));
}

Dataset openCifarFolder(const fs::path& folder) {
    Collector collector(folder.filename().string());
    for (int i = 1; i <= 5; ++i) {
        const fs::path file = folder / fmt::format("data_batch_{}.bin", i);
        if (fs::exists(file)) {
            collector.add(readCifar(file), file.string());
        }
    }
    collector.endTrainingPart();
    if (const fs::path file = folder / "test_batch.bin"; fs::exists(file)) {
        collector.add(readCifar(file), file.string());
    }
    return collector.finish(
        {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"});
}

Dataset openImageFolder(const fs::path& folder) {
    Collector collector(folder.filename().string());
    std::vector<std::string> classNames;
    if (fs::is_directory(folder / "train")) {
        collector.add(readImageFolder(folder / "train", classNames), (folder / "train").string());
        collector.endTrainingPart();
        if (fs::is_directory(folder / "test")) {
            collector.add(readImageFolder(folder / "test", classNames), (folder / "test").string());
        }
    } else {
        collector.add(readImageFolder(folder, classNames), folder.string());
    }
    return collector.finish(classNames);
}

Dataset openFolder(const fs::path& folder) {
    if (!plainOrGzip(folder, "train-images-idx3-ubyte").empty()) {
        return openIdxFolder(folder, folder.filename().string(), {});
    }
    if (fs::exists(folder / "data_batch_1.bin")) {
        return openCifarFolder(folder);
    }
    if (fs::exists(folder / "images.npy")) {
        Collector collector(folder.filename().string());
        const fs::path labels = folder / "labels.npy";
        collector.add(readNpyPair(folder / "images.npy", fs::exists(labels) ? labels : fs::path{}),
                      folder.string());
        return collector.finish({});
    }
    return openImageFolder(folder);
}

std::vector<fs::path> splitAtCommas(const std::string& spec) {
    std::vector<fs::path> files;
    std::size_t start = 0;
    while (start <= spec.size()) {
        const std::size_t comma = std::min(spec.find(',', start), spec.size());
        files.emplace_back(spec.substr(start, comma - start));
        start = comma + 1;
    }
    return files;
}

Dataset openFiles(const std::vector<fs::path>& files) {
    Collector collector(files.front().filename().string());
    const std::string extension = files.front().extension().string();
    if (extension == ".npy" && files.size() <= 2) {
        collector.add(readNpyPair(files[0], files.size() == 2 ? files[1] : fs::path{}), files[0].string());
    } else if (extension == ".bin") {
        for (const fs::path& file : files) {
            collector.add(readCifar(file), file.string());
        }
    } else if (files.size() == 2) {
        collector.add(readIdxPair(files[0], files[1]), files[0].string());
    } else {
        throw inputError("data '{}': {} file(s) of this kind are no data set; accepted are IDX images and "
                         "labels, CIFAR-10 .bin files, or .npy inputs with labels",
                         files.front().string(), files.size());
    }
    return collector.finish({});
}

} // namespace

Dataset openDataset(const std::string& spec) {
    if (spec.empty()) {
        throw inputError("no data set was named; accepted are fashion-mnist, a folder, or files");
    }
    if (spec == "fashion-mnist") {
        if (!fs::is_directory(kFashionMnist)) {
            throw inputError(
                "data set fashion-mnist: {} is not there; install Debian's dataset-fashion-mnist",
                kFashionMnist);
        }
        return openIdxFolder(kFashionMnist, spec,
                             {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
                              "Sneaker", "Bag", "Ankle boot"});
    }
    try {
        if (fs::is_directory(spec)) {
            return openFolder(fs::canonical(spec));
        }
        const std::vector<fs::path> files = splitAtCommas(spec);
        for (const fs::path& file : files) {
            if (!fs::exists(file)) {
                throw inputError(
                    "data '{}': no such file or folder; accepted are fashion-mnist, a folder, or "
                    "files",
                    file.string());
            }
        }
        return openFiles(files);
    } catch (const fs::filesystem_error& error) {
        throw inputError("data '{}': {}", spec, error.code().message());
    }
}

} // namespace tandem::data
