// The body on skeletons of other axes, other rests and fewer bones, against directions worked out in the T-pose.
#include "voxrig/body_fit.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "checks.h"
#include "voxrig/body_bones.h"
#include "voxrig/unreal_axes.h"

using namespace voxrig;

namespace {

const std::vector<std::string> names{
    "head",       "eye_l",      "eye_r",      "pelvis",      "spine_01",    "spine_02",    "spine_03",   "spine_04",
    "spine_05",   "neck_01",    "neck_02",    "clavicle_l",  "upperarm_l",  "lowerarm_l",  "hand_l",     "index_01_l",
    "index_02_l", "index_03_l", "middle_01_l", "middle_02_l", "pinky_01_l", "pinky_02_l", "clavicle_r", "upperarm_r"};

struct Bone {
    std::string name;
    std::size_t parent;  // in the skeleton; its own place for the root
    Point place;
    Turn rotation;  // at rest, in the character's space
};

// Numbers that look random, from -1 to 1.
double noise(std::size_t seed) { return std::fmod(std::sin(static_cast<double>(seed) * 12.9898) * 43758.5453, 1.0); }

Turn some_turn(std::size_t seed, double most) {
    return unit({most * noise(4 * seed + 1), most * noise(4 * seed + 2), most * noise(4 * seed + 3), 1.0});
}

Point rotated(Point point, double degrees) {  // about Z
    const double angle = degrees / unreal::degrees_in_a_radian;
    return {point.x * std::cos(angle) - point.y * std::sin(angle), point.x * std::sin(angle) + point.y * std::cos(angle),
            point.z};
}

// A left arm that hangs by `degrees` from a T-pose, on a spine of two bones with an unknown one between; each bone has
// axes of its own.
std::vector<Bone> skeleton(double degrees) {
    const auto on_arm = [&](double out, double front) {
        const Point along = rotated({out, 0.0, 0.0}, -degrees);
        return Point{0.16 + along.x, 1.42 + along.y, front};
    };
    std::vector<Bone> all{
        {"root", 0, {0, 0, 0}, {}},
        {"pelvis", 0, {0, 1.0, 0}, {}},
        {"twist_of_my_own", 1, {0, 1.1, 0}, {}},
        {"spine_05", 2, {0, 1.3, 0}, {}},
        {"clavicle_l", 3, {0.03, 1.4, 0}, {}},
        {"upperarm_l", 4, on_arm(0.0, 0.0), {}},
        {"lowerarm_l", 5, on_arm(0.28, 0.0), {}},
        {"hand_l", 6, on_arm(0.53, 0.0), {}},
        {"index_01_l", 7, on_arm(0.62, 0.026), {}},
        {"index_02_l", 8, on_arm(0.66, 0.026), {}},
        {"middle_01_l", 7, on_arm(0.62, 0.0), {}},
        {"pinky_01_l", 7, on_arm(0.61, -0.03), {}},
    };
    for (std::size_t k = 0; k < all.size(); ++k) all[k].rotation = some_turn(100 + k, 2.0);
    return all;
}

std::size_t place_of(const std::vector<Bone>& bones, const std::string& name) {
    for (std::size_t k = 0; k < bones.size(); ++k) {
        if (bones[k].name == name) return k;
    }
    return bones.size();
}

std::vector<RestBone> rest_of(const std::vector<Bone>& bones) {
    std::vector<RestBone> rest(names.size());
    for (std::size_t k = 0; k < names.size(); ++k) {
        const std::size_t at = place_of(bones, names[k]);
        if (at == bones.size()) continue;
        rest[k] = {true, bones[at].rotation, bones[bones[at].parent].rotation, bones[at].place};
    }
    return rest;
}

std::vector<float> frame(double most) {
    std::vector<float> all;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const Turn turn = some_turn(k, most);
        for (const double number : {turn.x, turn.y, turn.z, turn.w}) all.push_back(static_cast<float>(number));
    }
    return all;
}

// The rotation of a bone of the body in the world, in the T-pose's terms.
Turn wanted(const std::vector<float>& values, const std::string& name) {
    Turn all;
    for (std::string bone = name; !bone.empty(); bone = body_parent(bone)) {
        for (std::size_t k = 0; k < names.size(); ++k) {
            const float* q = values.data() + 4 * k;
            if (names[k] == bone) all = Turn{q[0], q[1], q[2], q[3]} * all;
        }
    }
    return all;
}

// Rotations of a skeleton's bones in the world, with what a fit says.
std::vector<Turn> posed(const std::vector<Bone>& bones, const BodyFit& fit) {
    std::vector<Turn> world(bones.size());
    for (std::size_t k = 0; k < bones.size(); ++k) {
        Turn local = k == 0 ? bones[0].rotation : inverse(bones[bones[k].parent].rotation) * bones[k].rotation;
        for (std::size_t b = 0; b < names.size(); ++b) {
            if (names[b] == bones[k].name && fit.is_there(b)) local = fit.local(b);
        }
        world[k] = k == 0 ? local : world[bones[k].parent] * local;
    }
    return world;
}

bool near(const Point& a, const Point& b) { return dot(a - b, a - b) < 1e-10; }

// Which way a bone points now: its end at rest, carried along.
Point pointing(const std::vector<Bone>& bones, const std::vector<Turn>& world, const char* from, const char* to) {
    const Bone& bone = bones[place_of(bones, from)];
    const Point way = bones[place_of(bones, to)].place - bone.place;
    const Point now = turned(world[place_of(bones, from)], turned(inverse(bone.rotation), way));
    const double length = std::sqrt(dot(now, now));
    return {now.x / length, now.y / length, now.z / length};
}

}  // namespace

TEST(what_hangs_from_what) {
    CHECK_EQUAL(body_parent("pelvis"), "");
    CHECK_EQUAL(body_parent("neck_01"), "spine_05");
    CHECK_EQUAL(body_parent("head"), "neck_02");
    CHECK_EQUAL(body_parent("clavicle_r"), "spine_05");
    CHECK_EQUAL(body_parent("hand_l"), "lowerarm_l");
    CHECK_EQUAL(body_parent("thumb_01_l"), "hand_l");
    CHECK_EQUAL(body_parent("pinky_03_r"), "pinky_02_r");
    CHECK_EQUAL(body_parent("thigh_l"), "pelvis");
    CHECK_EQUAL(body_parent("foot_r"), "calf_r");
    CHECK_EQUAL(body_parent("tail_01"), "");
    CHECK(body_part("spine_03") == BodyPart::torso);
    CHECK(body_part("clavicle_l") == BodyPart::arms);
    CHECK(body_part("thumb_02_r") == BodyPart::fingers);
    CHECK(body_part("calf_l") == BodyPart::legs);
    CHECK(body_part("head") == BodyPart::none);
    CHECK(body_part("eye_l") == BodyPart::none);
    CHECK_EQUAL(body_aim("hand_r"), "middle_01_r");
    CHECK_EQUAL(body_aim("thumb_01_r"), "");
}

TEST(arms_point_the_same_way_whatever_the_skeletons_rest) {
    const std::vector<float> values = frame(0.6);
    for (const double degrees : {0.0, 45.0, 80.0}) {
        const std::vector<Bone> bones = skeleton(degrees);
        BodyFit fit;
        fit.reset(names, rest_of(bones));
        fit.update(values.data());
        const std::vector<Turn> world = posed(bones, fit);
        const Point outward{1.0, 0.0, 0.0};
        CHECK(near(pointing(bones, world, "upperarm_l", "lowerarm_l"), turned(wanted(values, "upperarm_l"), outward)));
        CHECK(near(pointing(bones, world, "lowerarm_l", "hand_l"), turned(wanted(values, "lowerarm_l"), outward)));
        CHECK(near(pointing(bones, world, "hand_l", "middle_01_l"), turned(wanted(values, "hand_l"), outward)));
        CHECK(near(pointing(bones, world, "index_01_l", "index_02_l"), turned(wanted(values, "index_01_l"), outward)));
    }
}

TEST(palms_look_down_in_the_t_pose_of_a_skeleton_that_rests_otherwise) {
    std::vector<Bone> bones = skeleton(40.0);
    const Turn thumbs_ahead = arc({0.0, 0.0, 1.0}, {0.0, 1.0, 0.0}, {});  // the hand rests with its thumb up
    const Point wrist = bones[place_of(bones, "hand_l")].place;
    const Turn arm_down = arc({1.0, 0.0, 0.0}, rotated({1.0, 0.0, 0.0}, -40.0), {});
    for (const char* name : {"index_01_l", "pinky_01_l"}) {
        Point& place = bones[place_of(bones, name)].place;
        const Point way = turned(arm_down * thumbs_ahead * inverse(arm_down), place - wrist);
        place = {wrist.x + way.x, wrist.y + way.y, wrist.z + way.z};
    }
    BodyFit fit;
    fit.reset(names, rest_of(bones));
    std::vector<float> still(4 * names.size(), 0.0F);
    for (std::size_t k = 3; k < still.size(); k += 4) still[k] = 1.0F;
    fit.update(still.data());
    const std::vector<Turn> world = posed(bones, fit);
    const std::size_t hand = place_of(bones, "hand_l");
    const Point across = bones[place_of(bones, "pinky_01_l")].place - bones[place_of(bones, "index_01_l")].place;
    const Point now = turned(world[hand] * inverse(bones[hand].rotation), across);
    CHECK(std::fabs(now.y) < 1e-9);
    CHECK(now.z < -0.05);
}

TEST(the_chest_turns_as_said_by_a_spine_of_fewer_bones) {
    const std::vector<float> values = frame(0.4);
    const std::vector<Bone> bones = skeleton(30.0);
    BodyFit fit;
    fit.reset(names, rest_of(bones));
    fit.update(values.data());
    const std::vector<Turn> world = posed(bones, fit);
    for (const char* name : {"pelvis", "spine_05", "clavicle_l"}) {
        const std::size_t at = place_of(bones, name);
        const Turn turn = world[at] * inverse(bones[at].rotation) * inverse(wanted(values, name));
        CHECK(std::fabs(std::fabs(turn.w) - 1.0) < 1e-6);
    }
}

TEST(a_part_alone_is_put_on_where_the_rest_is_the_engines) {
    const std::vector<std::string> arms{"clavicle_l", "upperarm_l", "lowerarm_l", "hand_l"};
    const std::vector<Bone> bones = skeleton(45.0);
    std::vector<RestBone> rest;
    for (const std::string& name : arms) {
        const Bone& bone = bones[place_of(bones, name)];
        rest.push_back({true, bone.rotation, bones[bone.parent].rotation, bone.place});
    }
    BodyFit fit;
    fit.reset(arms, rest);
    const std::vector<float> still{0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
    fit.update(still.data());
    Turn world = bones[place_of(bones, "spine_05")].rotation;
    for (std::size_t k = 0; k < 2; ++k) world = world * fit.local(k);
    const Bone& upper = bones[place_of(bones, "upperarm_l")];
    const Point now = turned(world * inverse(upper.rotation), bones[place_of(bones, "lowerarm_l")].place - upper.place);
    CHECK(now.x > 0.27);
}

TEST(unreals_component_space_and_back) {
    const Turn turn = some_turn(7, 1.0);
    const Point point{0.1, 1.4, -0.2};
    const unreal::Quaternion there = unreal::mesh_rotation(turn);
    const Turn back = unreal::from_mesh(there);
    CHECK(std::fabs(back.x - turn.x) + std::fabs(back.y - turn.y) + std::fabs(back.z - turn.z) < 1e-15);
    // What turns a point here turns its picture there: Unreal's quaternions multiply as ours do.
    const Point moved = turned(turn, point);
    const Point image = turned({there.x, there.y, there.z, there.w}, {point.x, point.z, point.y});
    CHECK(near(image, {moved.x, moved.z, moved.y}));
    const Point metres = unreal::point_from_mesh({10.0, -20.0, 140.0});
    CHECK(near(metres, {0.1, 1.4, -0.2}));
    const std::array<float, 4> bone{static_cast<float>(turn.x), static_cast<float>(turn.y), static_cast<float>(turn.z),
                                    static_cast<float>(turn.w)};
    CHECK(std::fabs(unreal::mesh_turn(bone.data()).y - there.y) < 1e-6);
}
