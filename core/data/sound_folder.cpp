// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/data/audio.h"
#include "core/data/folders.h"
#include "core/data/formats.h"

namespace tandem::data {

namespace {

namespace fs = std::filesystem;

struct Clip {
    fs::path file;
    int label = 0;
    std::size_t part = 0;
    std::vector<float> features; ///< empty where the file is broken
    std::string reason;          ///< why it is
};

void decode(Clip& clip, const AudioSettings& settings, const FeatureExtractor& extract) {
    try {
        clip.features = extract(readSound(clip.file, settings.sampleRate));
    } catch (const Error& error) {
        clip.reason = error.what();
    }
}

} // namespace

std::array<Part, 3> readSoundFolder(const fs::path& folder, const AudioSettings& settings,
                                    const std::function<std::size_t(const std::string&)>& partOfFile,
                                    ClassList& classes) {
    std::vector<Clip> clips;
    const ClassFolders folders = classFolders(folder, classes, isSoundName, "WAV");
    for (const ClassFolder& one : folders.classes) {
        for (const fs::path& file : one.files) {
            const std::string name = one.name + "/" + file.filename().string();
            clips.push_back({file, one.label, partOfFile(name), {}, {}});
        }
    }
    if (clips.empty()) {
        throw inputError("{}: no WAV files in sub-folders, one per class", folder.string());
    }
    const FeatureExtractor extract(settings);
    parallelFor(clips.size(), 0, [&](std::size_t i, int) { decode(clips[i], settings, extract); });
    std::array<Part, 3> parts;
    parts[0].skipped = folders.leftOut;
    std::array<std::vector<float>, 3> elements;
    for (const Clip& clip : clips) {
        if (clip.features.empty()) {
            parts[clip.part].skipped.add(clip.reason);
            continue;
        }
        parts[clip.part].labels.push_back(clip.label);
        elements[clip.part].insert(elements[clip.part].end(), clip.features.begin(), clip.features.end());
    }
    for (std::size_t part = 0; part < parts.size(); ++part) {
        parts[part].sampleShape = settings.sampleShape();
        parts[part].images = std::move(elements[part]);
    }
    return parts;
}

} // namespace tandem::data
