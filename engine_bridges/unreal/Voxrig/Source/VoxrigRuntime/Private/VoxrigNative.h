#pragma once

// The engine-free part of the plugin and, below it, the native core. The engine's warnings are not theirs.

#include "CoreMinimal.h"

THIRD_PARTY_INCLUDES_START
#include "body_option.h"
#include "character.h"
#include "connection.h"
#include "connection_test.h"
#include "cues.h"
#include "face_pose.h"
#include "mesh_body.h"
#include "wav.h"
THIRD_PARTY_INCLUDES_END

#include <string>
#include <string_view>

namespace Voxrig
{
	inline FString ToString(std::string_view Text)
	{
		const FUTF8ToTCHAR Converted(Text.data(), static_cast<int32>(Text.size()));
		FString All;
		All.AppendChars(Converted.Get(), Converted.Length());
		return All;
	}

	inline FName ToName(std::string_view Text)
	{
		return FName(*ToString(Text));
	}

	inline std::string FromString(const FString& Text)
	{
		return std::string(TCHAR_TO_UTF8(*Text));
	}

	inline voxrig::unreal::Vector FromVector(const FVector& Vector)
	{
		return { Vector.X, Vector.Y, Vector.Z };
	}

	inline FRotator ToRotator(const voxrig::unreal::Rotator& Rotator)
	{
		return FRotator(Rotator.pitch, Rotator.yaw, Rotator.roll);
	}

	inline FQuat ToQuat(const voxrig::unreal::Quaternion& Quaternion)
	{
		return FQuat(Quaternion.x, Quaternion.y, Quaternion.z, Quaternion.w);
	}
}
