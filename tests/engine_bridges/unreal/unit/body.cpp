// The body as the plugin has it: turns from frames, a mesh in an A-pose, the option's text, the cues.
#include <cmath>
#include <string>
#include <vector>

#include "../../native/unit/checks.h"
#include "body_option.h"
#include "body_turns.h"
#include "cues.h"
#include "mesh_body.h"

using namespace voxrig;
using namespace voxrig::plugin;

namespace {

Opened with_bones(std::vector<std::string> bones) {
    Opened opened;
    opened.controls = {"jawOpen", "mouthClose"};
    opened.bones = std::move(bones);
    opened.stride = static_cast<std::uint32_t>(2 + 4 * opened.bones.size());
    return opened;
}

Turn of(const unreal::Quaternion& q) { return {q.x, q.y, q.z, q.w}; }

unreal::Quaternion back(const Turn& t) { return {t.x, t.y, t.z, t.w}; }

double value(const Cue& cue, const char* key) {
    for (std::size_t k = 0; k < cue.count; ++k) {
        if (cue.values[k].name == key) return static_cast<double>(cue.values[k].value);
    }
    return -99.0;
}

}  // namespace

TEST(turns_are_the_bodys_alone) {
    const Opened opened = with_bones({"head", "eye_l", "eye_r", "pelvis", "hand_r", "of_a_later_version"});
    BodyTurns body;
    body.reset(opened);
    CHECK_EQUAL(body.names().size(), 2U);
    CHECK_EQUAL(BodyTurns::first_of(opened.bones), 3U);
    CHECK(!body.has_frames());
    std::vector<float> frame(opened.stride);
    for (std::size_t k = 0; k < frame.size(); ++k) frame[k] = static_cast<float>(k);
    body.update(frame.data());
    CHECK(body.has_frames());
    CHECK_EQUAL(body.values()[0], 14.0F);
    CHECK_EQUAL(body.values()[7], 21.0F);
    body.reset(with_bones({"head"}));
    CHECK(!body.has_frames());
}

// A left arm of a mesh that looks along +Y with X to its left, Z up, 40 degrees below the T-pose. Wanted: the forearm
// ahead, which is +Y there, from a frame in Voxrig's axes.
TEST(an_arm_in_an_a_pose_points_where_the_frame_says) {
    const std::vector<std::string> names{"neck_01", "neck_02", "clavicle_l", "upperarm_l", "lowerarm_l", "hand_l"};
    const double down = 40.0 / unreal::degrees_in_a_radian;
    const auto at = [&](double out) { return unreal::Vector{16.0 + out * std::cos(down), 0.0, 140.0 - out * std::sin(down)}; };
    std::vector<MeshBone> bones(names.size());
    const Turn crooked = unit({0.3, -0.5, 0.2, 0.7});
    bones[0] = {true, {}, {}, {0.0, 0.0, 150.0}};
    bones[2] = {true, back(crooked), {}, at(-10.0)};
    bones[3] = {true, back(crooked), back(crooked), at(0.0)};
    bones[4] = {true, back(unit({0.1, 0.9, 0.0, 0.2})), back(crooked), at(28.0)};
    bones[5] = {true, back(crooked), bones[4].rotation, at(53.0)};
    MeshBody body;
    body.reset(names, bones);
    std::vector<float> turns(4 * names.size(), 0.0F);
    for (std::size_t k = 3; k < turns.size(); k += 4) turns[k] = 1.0F;
    const float half = std::sqrt(0.5F);
    turns[4 * 1] = half;  // the second neck bone: a quarter turn forward, which the only one of the mesh must take
    turns[4 * 1 + 3] = half;
    turns[4 * 4 + 1] = -half;  // the elbow: about Y, a quarter turn, left becomes ahead
    turns[4 * 4 + 3] = half;
    body.update(turns.data());
    CHECK(body.is_there(0));
    CHECK(!body.is_there(1));
    CHECK(std::fabs(body.local(0).x + std::sqrt(0.5)) < 1e-6);  // about -X in Unreal's left-handed component space
    Turn world = of(body.local(2));
    world = world * of(body.local(3));
    const auto way = [&](std::size_t from, std::size_t to, const Turn& now) {
        const Point along{bones[to].place.x - bones[from].place.x, bones[to].place.y - bones[from].place.y,
                          bones[to].place.z - bones[from].place.z};
        return turned(now * inverse(of(bones[from].rotation)), along);
    };
    const Point upper = way(3, 4, world);
    CHECK(std::fabs(upper.x - 28.0) < 1e-4);
    CHECK(std::fabs(upper.z) < 1e-4);
    const Point fore = way(4, 5, world * of(body.local(4)));
    CHECK(std::fabs(fore.y - 25.0) < 1e-4);
    CHECK(std::fabs(fore.x) < 1e-4);
}

TEST(the_option_is_what_the_server_reads) {
    BodyOption body;
    CHECK_EQUAL(body_option(body), "on");
    body.energy = 0.5;
    body.space = -1.7;
    body.openness = std::nan("");
    body.sitting = true;
    CHECK_EQUAL(body_option(body), "on,energy=0.500,space=-1.000,sitting");
    body.legs = false;
    body.mirror = true;
    body.energy = -0.0625;
    CHECK_EQUAL(body_option(body), "torso,arms,fingers,energy=-0.063,space=-1.000,sitting,mirror");
    body.torso = body.arms = body.fingers = false;
    CHECK_EQUAL(body_option(body), "off");
}

TEST(cues_of_the_body) {
    const Cue wave = gesture_cue("wave", 3.0, Hand::left, -1.0, 1.0);
    CHECK_EQUAL(wave.count, 3U);
    CHECK_EQUAL(value(wave, "wave"), 1.0);
    CHECK_EQUAL(value(wave, "left"), 1.0);
    CHECK_EQUAL(value(wave, "right"), 0.0);
    CHECK_EQUAL(value(gesture_cue("offer", 0.5, Hand::any, 2.0, 9.0), "rate"), 2.0);
    const Cue point = point_cue({200.0, 50.0, 120.0}, Hand::both, 1.5, false);
    CHECK_EQUAL(value(point, "x"), -0.5);
    CHECK_EQUAL(value(point, "z"), 2.0);
    CHECK_EQUAL(value(point, "world"), 1.0);
    CHECK_EQUAL(value(point, "look"), 0.0);
    CHECK_EQUAL(value(busy_hands_cue(true, false), "left"), 1.0);
    CHECK_EQUAL(value(hold_hands_cue(99.0), "hold"), 60.0);
}
