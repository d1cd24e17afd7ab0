// The body's bones on a skeletal mesh: local rotations for its reference pose, of any kind (a MetaHuman's is an A-pose).
//
// With S(x, y, z, w) = (-x, -z, -y, w), which leads from Voxrig's axes to the component space of a mesh that looks along
// +Y, and back, the local rotation of a bone is
//
//     S( P^-1 * A'^-1 * q * A * H ),   H = S(reference rotation in component space), P = that of its parent
//
// with q the frame's bone and A, A' as `voxrig/body_fit.h` has them. S is a mirror image: it may be drawn over products.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "voxrig/body_fit.h"
#include "voxrig/unreal_axes.h"

namespace voxrig {
namespace plugin {

// A bone in the reference pose, in component space.
struct MeshBone {
    bool is_there = false;
    unreal::Quaternion rotation;
    unreal::Quaternion parent;
    unreal::Vector place;  // centimetres
};

class MeshBody {
public:
    // `bones[k]` is what the mesh has for `names[k]`. A neck of one bone, neck_01, takes the turns of both.
    void reset(const std::vector<std::string>& names, std::vector<MeshBone> bones) {
        rows_.clear();
        for (std::size_t k = 0; k < bones.size(); ++k) rows_.push_back(bones[k].is_there ? k : none);
        move_neck(names, bones);
        std::vector<RestBone> rest(bones.size());
        for (std::size_t k = 0; k < bones.size(); ++k) {
            if (!bones[k].is_there) continue;
            rest[k] = {true, unreal::from_mesh(bones[k].rotation), unreal::from_mesh(bones[k].parent),
                       unreal::point_from_mesh(bones[k].place)};
        }
        fit_.reset(names, rest);
    }

    std::size_t size() const { return rows_.size(); }

    // Whether the bone that `reset` was given for `names[k]` moves.
    bool is_there(std::size_t k) const { return rows_[k] != none; }

    // `turns` is float [4 * size], of `BodyTurns`.
    void update(const float* turns) { fit_.update(turns); }

    // Its rotation in its parent's space, where `is_there`.
    unreal::Quaternion local(std::size_t k) const { return unreal::mesh_rotation(fit_.local(rows_[k])); }

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    void move_neck(const std::vector<std::string>& names, std::vector<MeshBone>& bones) {
        std::size_t first = none;
        std::size_t second = none;
        for (std::size_t k = 0; k < names.size(); ++k) {
            if (names[k] == "neck_01") first = k;
            if (names[k] == "neck_02") second = k;
        }
        if (first == none || second == none || !bones[first].is_there || bones[second].is_there) return;
        std::swap(bones[first], bones[second]);
        rows_[first] = second;
    }

    BodyFit fit_;
    std::vector<std::size_t> rows_;  // of the fit, by the bones given
};

}  // namespace plugin
}  // namespace voxrig
