// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/audio.h"
#include "core/data/bytes.h"
#include "core/data/collector.h"
#include "core/data/data_source.h"
#include "core/data/folders.h"
#include "core/data/formats.h"
#include "core/data/npy.h"
#include "core/data/npz.h"

#include <algorithm>
#include <set>

namespace tandem::data {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFashionMnist = "/usr/share/datasets/fashion-mnist";
constexpr std::size_t kParts = 3; ///< training, validation, test

/// The first of these names, plain or with .gz, that is in the folder, or an empty path.
fs::path firstOf(const fs::path& folder, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        for (const char* ending : {"", ".gz"}) {
            if (fs::exists(folder / (name + ending))) {
                return folder / (name + ending);
            }
        }
    }
    return {};
}

fs::path idxFile(const fs::path& folder, const std::string& stem, int rank) {
    return firstOf(folder,
                   {fmt::format("{}-idx{}-ubyte", stem, rank), fmt::format("{}.idx{}-ubyte", stem, rank)});
}

/// The lines of a text file, or none where there is no such file.
std::vector<std::string> linesOf(const fs::path& path) {
    std::vector<std::string> lines;
    if (!fs::exists(path)) {
        return lines;
    }
    const std::vector<std::uint8_t> bytes = readFile(path);
    std::string line;
    for (const std::uint8_t byte : bytes) {
        if (byte == '\n') {
            lines.push_back(std::exchange(line, {}));
        } else if (byte != '\r') {
            line += static_cast<char>(byte);
        }
    }
    if (!line.empty()) {
        lines.push_back(line);
    }
    return lines;
}

/// Opens one data set; what a person said about it is at hand.
class Opener {
  public:
    Opener(const DataSpec& spec, const nn::Shape& inputShape) : spec_(spec), inputShape_(inputShape) {}

    Dataset open() const;

  private:
    Dataset openIdxFolder(const fs::path& folder, const std::string& name,
                          std::vector<std::string> classNames) const;
    Dataset openCifarFolder(const fs::path& folder) const;
    Dataset openClassFolder(const fs::path& folder) const;
    std::array<Part, kParts> classPart(const fs::path& folder, ClassList& classes) const;
    Dataset openFolder(const fs::path& folder) const;
    Dataset openArrays(const std::map<std::string, nn::Tensor>& arrays, const fs::path& name) const;
    Dataset openFiles(const std::vector<fs::path>& files) const;
    Dataset finish(Collector& collector, std::vector<std::string> classNames) const;
    ImageSize wantedSize() const;
    AudioSettings soundSettings() const { return audioSettingsFor(inputShape_, spec_.sound); }

    const DataSpec& spec_;
    const nn::Shape& inputShape_;
};

/// What the person said, and for the rest the network's input where it is one picture.
ImageSize Opener::wantedSize() const {
    ImageSize size = spec_.size;
    if (inputShape_.size() != 4) {
        return size;
    }
    const auto isColour = [](std::int64_t channels) { return channels == 1 || channels == 3; };
    const bool isLast = spec_.layout ? *spec_.layout == Layout::ChannelsLast
                                     : !isColour(inputShape_[1]) && isColour(inputShape_[3]);
    const std::size_t channels = isLast ? 3 : 1, rows = isLast ? 1 : 2;
    if (isColour(inputShape_[channels]) && size.channels == 0) {
        size.channels = static_cast<int>(inputShape_[channels]);
    }
    if (size.height == 0) {
        size.height = static_cast<int>(inputShape_[rows]);
        size.width = static_cast<int>(inputShape_[rows + 1]);
    }
    return size;
}

Dataset Opener::finish(Collector& collector, std::vector<std::string> classNames) const {
    Dataset dataset = collector.finish(std::move(classNames));
    dataset.layout = spec_.layout;
    dataset.normalization = normalizationOf(spec_, dataset);
    return dataset;
}

Dataset Opener::openIdxFolder(const fs::path& folder, const std::string& name,
                              std::vector<std::string> classNames) const {
    Collector collector(name, wantedSize());
    for (const auto& [part, prefix] : {std::pair(0U, "train"), std::pair(2U, "t10k")}) {
        const fs::path images = idxFile(folder, fmt::format("{}-images", prefix), 3);
        const fs::path labels = idxFile(folder, fmt::format("{}-labels", prefix), 1);
        if (images.empty() != labels.empty()) {
            throw inputError("{}: {}-images-idx3-ubyte and {}-labels-idx1-ubyte must both be there",
                             folder.string(), prefix, prefix);
        }
        if (!images.empty()) {
            collector.add(part, readIdxPair(images, labels), images.string());
        }
    }
    return finish(collector, std::move(classNames));
}

/// CIFAR-10's data_batch_1.bin ... and test_batch.bin, or CIFAR-100's train.bin and test.bin.
Dataset Opener::openCifarFolder(const fs::path& folder) const {
    Collector collector(folder.filename().string(), wantedSize());
    std::vector<fs::path> training;
    for (int i = 1; i <= 5; ++i) {
        training.push_back(folder / fmt::format("data_batch_{}.bin", i));
    }
    training.push_back(folder / "train.bin");
    for (const fs::path& file : training) {
        if (fs::exists(file)) {
            collector.add(0, readCifar(file), file.string());
        }
    }
    for (const char* name : {"test_batch.bin", "test.bin"}) {
        if (const fs::path file = folder / name; fs::exists(file)) {
            collector.add(2, readCifar(file), file.string());
        }
    }
    if (fs::exists(folder / "data_batch_1.bin")) {
        return finish(collector, {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse",
                                  "ship", "truck"});
    }
    std::vector<std::string> names = linesOf(folder / "fine_label_names.txt");
    std::erase(names, "");
    return finish(collector, std::move(names));
}

/// Sounds where there are any, else pictures. Lists of files say which sounds are for validation and test.
std::array<Part, kParts> Opener::classPart(const fs::path& folder, ClassList& classes) const {
    if (!holdsAny(folder, isSoundName)) {
        return {readImageFolder(folder, wantedSize(), classes), Part{}, Part{}};
    }
    const std::vector<std::string> validation = linesOf(folder / "validation_list.txt");
    const std::vector<std::string> test = linesOf(folder / "testing_list.txt");
    const std::set<std::string> inValidation(validation.begin(), validation.end()),
        inTest(test.begin(), test.end());
    const auto partOfFile = [&](const std::string& name) -> std::size_t {
        return inTest.contains(name) ? 2 : inValidation.contains(name) ? 1 : 0;
    };
    return readSoundFolder(folder, soundSettings(), partOfFile, classes);
}

Dataset Opener::openClassFolder(const fs::path& folder) const {
    Collector collector(folder.filename().string(), {});
    const std::array<fs::path, kParts> folders{firstOf(folder, {"train", "training"}),
                                               firstOf(folder, {"val", "valid", "validation"}),
                                               firstOf(folder, {"test", "testing"})};
    ClassList classes{{}, spec_.order.value_or(ClassOrder::Given)};
    bool hasSounds = false;
    const auto add = [&](const fs::path& from, std::optional<std::size_t> place) {
        std::array<Part, kParts> parts = classPart(from, classes);
        hasSounds = hasSounds || std::holds_alternative<std::vector<float>>(parts[0].images);
        for (std::size_t i = 0; i < kParts; ++i) {
            if (!parts[i].labels.empty() || parts[i].skipped.count > 0) {
                collector.add(place.value_or(i), std::move(parts[i]), from.string());
            }
        }
    };
    if (fs::is_directory(folders[0])) {
        for (std::size_t i = 0; i < kParts; ++i) {
            if (fs::is_directory(folders[i])) {
                add(folders[i], i);
            }
        }
    } else {
        add(folder, std::nullopt);
    }
    Dataset dataset = finish(collector, std::move(classes.names));
    dataset.classOrder = classes.order;
    if (hasSounds) {
        dataset.sound = soundSettings();
    }
    return dataset;
}

/// Names under which the inputs and labels of training, validation and test are found.
Dataset Opener::openArrays(const std::map<std::string, nn::Tensor>& arrays, const fs::path& name) const {
    using Names = std::array<std::pair<const char*, const char*>, kParts>;
    constexpr std::array<Names, 6> kKnown{{
        {{{"x_train", "y_train"}, {"x_val", "y_val"}, {"x_test", "y_test"}}},
        {{{"train_images", "train_labels"}, {"val_images", "val_labels"}, {"test_images", "test_labels"}}},
        {{{"images", "labels"}, {"", ""}, {"", ""}}},
        {{{"x", "y"}, {"", ""}, {"", ""}}},
        {{{"X", "y"}, {"", ""}, {"", ""}}},
        {{{"arr_0", "arr_1"}, {"", ""}, {"", ""}}},
    }};
    const auto known =
        std::ranges::find_if(kKnown, [&](const Names& n) { return arrays.contains(n[0].first); });
    if (known == kKnown.end()) {
        throw inputError(
            "{}: holds no inputs; arrays are named images and labels, x and y, or x_train, y_train, "
            "x_test and y_test",
            name.string());
    }
    Collector collector(name.stem().string(), wantedSize());
    for (std::size_t i = 0; i < kParts; ++i) {
        const auto inputs = arrays.find((*known)[i].first), labels = arrays.find((*known)[i].second);
        if (inputs != arrays.end()) {
            collector.add(i,
                          partOf(inputs->second,
                                 labels == arrays.end() ? std::nullopt : std::optional(labels->second), name),
                          name.string());
        }
    }
    return finish(collector, {});
}

Dataset Opener::openFolder(const fs::path& folder) const {
    if (!idxFile(folder, "train-images", 3).empty()) {
        return openIdxFolder(folder, folder.filename().string(), {});
    }
    if (fs::exists(folder / "data_batch_1.bin") || fs::exists(folder / "train.bin")) {
        return openCifarFolder(folder);
    }
    std::map<std::string, nn::Tensor> arrays;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const bool isArray = lowerExtension(entry.path()) == ".npy" && !isHidden(entry.path());
        if (isArray && entry.is_regular_file()) {
            arrays.emplace(entry.path().stem().string(), readNpy(entry.path()));
        }
    }
    return arrays.empty() ? openClassFolder(folder) : openArrays(arrays, folder);
}

Dataset Opener::openFiles(const std::vector<fs::path>& files) const {
    const std::string extension = files.front().extension().string();
    if (extension == ".npz" && files.size() == 1) {
        return openArrays(readNpz(files[0]), files[0]);
    }
    Collector collector(files.front().filename().string(), wantedSize());
    if (extension == ".npy" && files.size() <= 2) {
        const auto labels = files.size() == 2 ? std::optional(readNpy(files[1])) : std::nullopt;
        collector.add(0, partOf(readNpy(files[0]), labels, files[0]), files[0].string());
    } else if (extension == ".bin") {
        for (const fs::path& file : files) {
            collector.add(0, readCifar(file), file.string());
        }
    } else if (files.size() == 2) {
        collector.add(0, readIdxPair(files[0], files[1]), files[0].string());
    } else {
        throw inputError("data '{}': {} file(s) of this kind are no data set; accepted are IDX images and "
                         "labels, CIFAR .bin files, .npy inputs with labels, or an .npz archive",
                         files.front().string(), files.size());
    }
    return finish(collector, {});
}

Dataset Opener::open() const {
    if (spec_.source.empty()) {
        throw inputError("no data set was named; accepted are fashion-mnist, a folder, or files");
    }
    if (spec_.source == "fashion-mnist") {
        if (!fs::is_directory(kFashionMnist)) {
            throw inputError(
                "data set fashion-mnist: {} is not there; install Debian's dataset-fashion-mnist",
                kFashionMnist);
        }
        return openIdxFolder(kFashionMnist, spec_.source,
                             {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
                              "Sneaker", "Bag", "Ankle boot"});
    }
    if (fs::is_directory(spec_.source)) {
        return openFolder(fs::canonical(spec_.source));
    }
    const std::vector<fs::path> files = pathsOf(spec_.source);
    for (const fs::path& file : files) {
        if (!fs::exists(file)) {
            throw inputError(
                "data '{}': no such file or folder; accepted are fashion-mnist, a folder, or files",
                file.string());
        }
    }
    return openFiles(files);
}

} // namespace

Dataset openDataset(const std::string& spec, const nn::Shape& inputShape) {
    return openDataset(parseDataSpec(spec), inputShape);
}

Dataset openDataset(const DataSpec& spec, const nn::Shape& inputShape) {
    try {
        return Opener(spec, inputShape).open();
    } catch (const fs::filesystem_error& error) {
        throw inputError("data '{}': {}", spec.source, error.code().message());
    }
}

} // namespace tandem::data
