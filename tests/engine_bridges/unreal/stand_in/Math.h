// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreTypes.h"

struct FVector {
    double X, Y, Z;
    FVector() = default;
    FVector(double, double, double);
    FVector operator+(const FVector&) const;
    bool Equals(const FVector&, double) const;
    static const FVector ZeroVector;
};

struct FRotator {
    double Pitch, Yaw, Roll;
    FRotator() = default;
    FRotator(double, double, double);
    bool Equals(const FRotator&, double) const;
    FVector RotateVector(const FVector&) const;
    static const FRotator ZeroRotator;
};

struct FQuat {
    double X, Y, Z, W;
    FQuat() = default;
    FQuat(double, double, double, double);
    FRotator Rotator() const;
    static FQuat Slerp(const FQuat&, const FQuat&, double);
    static const FQuat Identity;
};

struct FTransform {
    explicit FTransform(const FQuat&);
    FTransform operator*(const FTransform&) const;
    FQuat GetRotation() const;
    void SetRotation(const FQuat&);
    FVector GetLocation() const;
    static const FTransform Identity;
};

struct FMemory {
    static void* Memcpy(void*, const void*, unsigned long long);
};

struct FMath {
    template <typename T> static T Min(T, T);
    template <typename T> static T Max(T, T);
    template <typename T> static T Clamp(T, T, T);
    static int32 RoundToInt32(float);
};
