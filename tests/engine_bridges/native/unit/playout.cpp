// Playout and axes by hand-made numbers. That it decides as the reference does is tested by the puppet.
#include "voxrig/playout_buffer.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "checks.h"
#include "voxrig/playout_clock.h"
#include "voxrig/playout_delay.h"
#include "voxrig/unreal_axes.h"

namespace {

bool close(double is, double should) { return std::fabs(is - should) < 1e-6; }

struct Turn {
    float x, y, z, w;
};

// As runtime/core/rotation.py: yaw * pitch * roll, in radians.
Turn turn_of(double yaw, double pitch, double roll) {
    const double cy = std::cos(yaw / 2), sy = std::sin(yaw / 2);
    const double cp = std::cos(pitch / 2), sp = std::sin(pitch / 2);
    const double cr = std::cos(roll / 2), sr = std::sin(roll / 2);
    return {static_cast<float>(cy * sp * cr + sy * cp * sr), static_cast<float>(sy * cp * cr - cy * sp * sr),
            static_cast<float>(cy * cp * sr - sy * sp * cr), static_cast<float>(cy * cp * cr + sy * sp * sr)};
}

// As FQuat::RotateVector: v + 2w(q x v) + 2 q x (q x v).
voxrig::unreal::Vector rotate(const voxrig::unreal::Quaternion& q, const voxrig::unreal::Vector& v) {
    const voxrig::unreal::Vector t = {2 * (q.y * v.z - q.z * v.y), 2 * (q.z * v.x - q.x * v.z),
                                      2 * (q.x * v.y - q.y * v.x)};
    return {v.x + q.w * t.x + q.y * t.z - q.z * t.y, v.y + q.w * t.y + q.z * t.x - q.x * t.z,
            v.z + q.w * t.z + q.x * t.y - q.y * t.x};
}

// As FRotator::Quaternion, from degrees.
voxrig::unreal::Quaternion quaternion_of(const voxrig::unreal::Rotator& r) {
    const double half = 0.5 / voxrig::unreal::degrees_in_a_radian;
    const double sp = std::sin(r.pitch * half), cp = std::cos(r.pitch * half);
    const double sy = std::sin(r.yaw * half), cy = std::cos(r.yaw * half);
    const double sr = std::sin(r.roll * half), cr = std::cos(r.roll * half);
    return {cr * sp * sy - sr * cp * cy, -cr * sp * cy - sr * cp * sy, cr * cp * sy - sr * sp * cy,
            cr * cp * cy + sr * sp * sy};
}

const voxrig::unreal::Vector forward = {1, 0, 0};
const voxrig::unreal::Vector up = {0, 0, 1};

}  // namespace

TEST(one_frame_cannot_interpolate) {
    voxrig::PlayoutBuffer buffer;
    CHECK(!buffer.reset(1, 0, 1000, 1));
    const float value = 1.0F;
    CHECK(!buffer.push(0, 0, &value));  // there is no room yet
    CHECK(buffer.reset(1, 0, 1000, 2));
    CHECK(buffer.push(0, 0, &value));
}

TEST(a_frame_that_follows_none_is_refused) {
    voxrig::PlayoutBuffer buffer;
    buffer.reset(1, 0, 1000);
    const float value = 1.0F;
    CHECK(buffer.push(5, 500, &value));
    CHECK(!buffer.push(5, 500, &value));
    CHECK(!buffer.push(4, 400, &value));
    buffer.interrupt(5);
    CHECK(buffer.push(5, 500, &value));
    CHECK_EQUAL(buffer.counts().pushed, 2U);
    CHECK_EQUAL(buffer.counts().superseded, 1U);
    CHECK_EQUAL(buffer.newest_sample(), 500);
}

TEST(a_pose_is_between_two_frames_then_held_then_rested) {
    voxrig::PlayoutBuffer buffer;
    buffer.reset(1, 1, 1000, 8, 0.1, 0.2);
    const float first[] = {0.0F, 0.0F, 0.0F, 0.0F, 1.0F};
    const float second[] = {1.0F, 0.0F, 0.0F, -1.0F, 0.0F};  // half a turn about z
    CHECK_EQUAL(buffer.sample(-5.0)[4], 1.0F);               // rest, before there is anything
    buffer.push(0, 0, first);
    buffer.push(1, 100, second);
    const float* pose = buffer.sample(50.0);
    CHECK(close(pose[0], 0.5));
    CHECK(close(pose[3], -std::sqrt(0.5)));
    CHECK(close(pose[4], std::sqrt(0.5)));
    CHECK_EQUAL(buffer.sample(150.0)[0], 1.0F);
    CHECK(buffer.sample(300.0)[0] < 1.0F);
    CHECK_EQUAL(buffer.sample(900.0)[0], 0.0F);
    CHECK(close(buffer.sample(901.0)[4], 1.0));
    const voxrig::PlayoutCounts& counts = buffer.counts();
    CHECK_EQUAL(counts.waited, 1U);
    CHECK_EQUAL(counts.interpolated, 1U);
    CHECK_EQUAL(counts.held, 1U);
    CHECK_EQUAL(counts.rested, 3U);
}

TEST(bones_turn_along_the_shorter_arc) {
    voxrig::PlayoutBuffer buffer;
    buffer.reset(0, 1, 1000);
    const float first[] = {0.0F, 0.0F, 0.0F, 1.0F};
    const float second[] = {0.0F, 0.0F, 0.0F, -1.0F};  // the same turn
    buffer.push(0, 0, first);
    buffer.push(1, 100, second);
    CHECK(close(buffer.sample(50.0)[3], 1.0));
}

TEST(the_delay_is_the_longest_journey_of_late) {
    voxrig::PlayoutDelay delay(0.02);
    CHECK(close(delay.seconds(), 0.02));
    delay.arrived(100.5, 100.4);
    delay.arrived(101.5, 101.45);
    CHECK(close(delay.seconds(), 0.12));
    delay.arrived(108.6, 108.55);  // the first is more than eight seconds ago
    CHECK(close(delay.seconds(), 0.07));
}

TEST(the_clock_goes_on_between_reports) {
    voxrig::PlayoutClock clock(1000);
    CHECK_EQUAL(clock.at(5.0), 0.0);
    clock.report(10.0, 100.0);
    CHECK(close(clock.at(10.05), 150.0));
    CHECK(clock.is_moving());
    clock.report(10.4, 100.0);
    CHECK(!clock.is_moving());
    CHECK_EQUAL(clock.counts().pauses, 1U);
}

TEST(a_character_that_looks_to_its_left_turns_left_in_unreal) {
    const Turn left = turn_of(0.5, 0.0, 0.0);
    const voxrig::unreal::Vector gaze = rotate(voxrig::unreal::actor_turn(&left.x), forward);
    CHECK(close(gaze.x, std::cos(0.5)));
    CHECK(close(gaze.y, -std::sin(0.5)));  // Y is to the right
    const float angles[] = {0.5F, 0.0F, 0.0F};
    CHECK(close(voxrig::unreal::rotator(angles).yaw, -0.5 * 57.295779513));
    const voxrig::unreal::Vector mesh = rotate(voxrig::unreal::mesh_turn(&left.x), {0, 1, 0});
    CHECK(close(mesh.x, std::sin(0.5)));  // X is the character's left
    CHECK(close(mesh.y, std::cos(0.5)));
}

TEST(a_character_that_looks_up_pitches_up_in_unreal) {
    const Turn looking_up = turn_of(0.0, -0.25, 0.0);
    const voxrig::unreal::Vector gaze = rotate(voxrig::unreal::actor_turn(&looking_up.x), forward);
    CHECK(close(gaze.z, std::sin(0.25)));
    const float angles[] = {0.0F, -0.25F, 0.0F};
    CHECK(close(voxrig::unreal::rotator(angles).pitch, 0.25 * 57.295779513));
    const voxrig::unreal::Vector mesh = rotate(voxrig::unreal::mesh_turn(&looking_up.x), {0, 1, 0});
    CHECK(close(mesh.z, std::sin(0.25)));
}

TEST(a_head_that_tilts_to_its_right_shoulder_rolls_right_in_unreal) {
    const Turn tilted = turn_of(0.0, 0.0, 0.25);
    const voxrig::unreal::Vector crown = rotate(voxrig::unreal::actor_turn(&tilted.x), up);
    CHECK(close(crown.y, std::sin(0.25)));
    const float angles[] = {0.0F, 0.0F, 0.25F};
    CHECK(close(voxrig::unreal::rotator(angles).roll, 0.25 * 57.295779513));
    const voxrig::unreal::Vector mesh = rotate(voxrig::unreal::mesh_turn(&tilted.x), up);
    CHECK(close(mesh.x, -std::sin(0.25)));
}

TEST(bones_and_angles_agree_in_unreal) {
    for (const double yaw : {-1.2, 0.3, 0.9}) {
        for (const double pitch : {-0.7, 0.2}) {
            for (const double roll : {-0.4, 0.6}) {
                const Turn turn = turn_of(yaw, pitch, roll);
                const float angles[] = {static_cast<float>(yaw), static_cast<float>(pitch), static_cast<float>(roll)};
                const voxrig::unreal::Quaternion bone = voxrig::unreal::actor_turn(&turn.x);
                const voxrig::unreal::Quaternion same = quaternion_of(voxrig::unreal::rotator(angles));
                CHECK(close(bone.x, same.x) && close(bone.y, same.y) && close(bone.z, same.z) && close(bone.w, same.w));
                const voxrig::unreal::Quaternion again = quaternion_of(voxrig::unreal::bone_rotator(&turn.x));
                CHECK(close(bone.x, again.x) && close(bone.y, again.y) && close(bone.z, again.z));
            }
        }
    }
    const float nothing[] = {0.0F, 0.0F, 0.0F, 0.0F};
    CHECK_EQUAL(voxrig::unreal::bone_rotator(nothing).yaw, 0.0);
}

TEST(a_point_ahead_and_to_the_left_goes_over_and_back) {
    const voxrig::unreal::Vector point = voxrig::unreal::point_from_actor({200.0, -50.0, 10.0});
    CHECK(close(point.x, 0.5));  // metres to the character's left
    CHECK(close(point.y, 0.1));
    CHECK(close(point.z, 2.0));
    const voxrig::unreal::Vector back = voxrig::unreal::point_to_actor(point);
    CHECK(close(back.x, 200.0) && close(back.y, -50.0) && close(back.z, 10.0));
}

TEST(a_starved_body_stays_while_the_head_goes_to_rest) {
    voxrig::PlayoutBuffer buffer;
    CHECK(buffer.reset(1, 2, 1000, 8, 0.1, 0.2, 1));
    const float frame[9] = {1.0F, 0.6F, 0.0F, 0.0F, 0.8F, 0.6F, 0.0F, 0.0F, 0.8F};
    CHECK(buffer.push(0, 0, frame));
    const float* shown = nullptr;
    for (int sample = 0; sample < 2000; sample += 10) shown = buffer.sample(sample);
    CHECK_EQUAL(shown[0], 0.0F);
    CHECK_EQUAL(shown[1], 0.0F);
    CHECK(std::fabs(shown[5] - 0.6F) < 1e-6F);
}
