#include "AnimNode_VoxrigBody.h"

#include "Animation/AnimInstance.h"
#include "Animation/AnimInstanceProxy.h"
#include "BoneContainer.h"

#include "VoxrigComponent.h"
#include "VoxrigCurveLibrary.h"
#include "VoxrigNative.h"

/** The body on one mesh, at one level of detail. */
class FVoxrigBodyFit
{
public:
	struct FBone
	{
		FCompactPoseBoneIndex Index{ INDEX_NONE };
		voxrig::BodyPart Part = voxrig::BodyPart::none;
	};

	voxrig::plugin::MeshBody Body;
	TArray<FBone> Bones;
};

namespace
{
	FTransform GetRefPoseInComponentSpace(const FBoneContainer& Bones, FCompactPoseBoneIndex Index)
	{
		FTransform Transform = FTransform::Identity;
		for (; Index.IsValid(); Index = Bones.GetParentBoneIndex(Index))
		{
			Transform = Transform * Bones.GetRefPoseTransform(Index);
		}
		return Transform;
	}

	voxrig::unreal::Quaternion FromQuat(const FQuat& Quat)
	{
		return { Quat.X, Quat.Y, Quat.Z, Quat.W };
	}
}

void FAnimNode_VoxrigBody::Initialize_AnyThread(const FAnimationInitializeContext& Context)
{
	FAnimNode_Base::Initialize_AnyThread(Context);
	BasePose.Initialize(Context);
	Fit = MakeShared<FVoxrigBodyFit>(); // a node is copied from its class's: it must not share with that
	bFitIsStale = true;
}

void FAnimNode_VoxrigBody::CacheBones_AnyThread(const FAnimationCacheBonesContext& Context)
{
	FAnimNode_Base::CacheBones_AnyThread(Context);
	BasePose.CacheBones(Context);
	bFitIsStale = true; // another level of detail has other bones
}

void FAnimNode_VoxrigBody::PreUpdate(const UAnimInstance* InAnimInstance)
{
	if (!Component.IsValid())
	{
		Component = UVoxrigCurveLibrary::FindVoxrigComponent(InAnimInstance->GetOwningActor());
	}
	const UVoxrigComponent* Found = Component.Get();
	if (Found == nullptr || Found->GetBodyTurns().IsEmpty())
	{
		Turns.Reset(); // no body yet, or none any more: the pose below shows
		return;
	}
	if (Names != Found->GetBodyBones())
	{
		Names = Found->GetBodyBones();
		bFitIsStale = true;
	}
	Turns = Found->GetBodyTurns();
}

void FAnimNode_VoxrigBody::Update_AnyThread(const FAnimationUpdateContext& Context)
{
	GetEvaluateGraphExposedInputs().Execute(Context);
	BasePose.Update(Context);
}

void FAnimNode_VoxrigBody::Evaluate_AnyThread(FPoseContext& Output)
{
	BasePose.Evaluate(Output);
	if (!Fit.IsValid() || Turns.IsEmpty() || Alpha <= 0.0f)
	{
		return;
	}
	if (bFitIsStale)
	{
		MakeFit(Output.Pose.GetBoneContainer());
	}
	Fit->Body.update(Turns.GetData());
	const float Weights[] = { 0.0f, Torso, Arms, Fingers, Legs }; // by voxrig::BodyPart
	for (int32 Bone = 0; Bone < Fit->Bones.Num(); ++Bone)
	{
		const FVoxrigBodyFit::FBone& Row = Fit->Bones[Bone];
		const float Weight = FMath::Clamp(Alpha * Weights[static_cast<int32>(Row.Part)], 0.0f, 1.0f);
		if (Weight > 0.0f && Row.Index.IsValid() && Fit->Body.is_there(static_cast<std::size_t>(Bone)))
		{
			FTransform& Local = Output.Pose[Row.Index];
			const FQuat Wanted = Voxrig::ToQuat(Fit->Body.local(static_cast<std::size_t>(Bone)));
			Local.SetRotation(Weight < 1.0f ? FQuat::Slerp(Local.GetRotation(), Wanted, Weight) : Wanted);
		}
	}
}

void FAnimNode_VoxrigBody::MakeFit(const FBoneContainer& Bones)
{
	bFitIsStale = false;
	std::vector<std::string> Announced;
	std::vector<voxrig::plugin::MeshBone> Rest;
	Fit->Bones.Reset();
	for (const FName& Name : Names)
	{
		FVoxrigBodyFit::FBone Row;
		voxrig::plugin::MeshBone Bone;
		Announced.push_back(Voxrig::FromString(Name.ToString().ToLower()));
		Row.Part = voxrig::body_part(Announced.back());
		const int32 MeshIndex = Bones.GetPoseBoneIndexForBoneName(Name);
		if (MeshIndex != INDEX_NONE)
		{
			Row.Index = Bones.MakeCompactPoseIndex(FMeshPoseBoneIndex(MeshIndex));
		}
		if (Row.Index.IsValid())
		{
			const FTransform There = GetRefPoseInComponentSpace(Bones, Row.Index);
			Bone.is_there = true;
			Bone.rotation = FromQuat(There.GetRotation());
			Bone.parent = FromQuat(GetRefPoseInComponentSpace(Bones, Bones.GetParentBoneIndex(Row.Index)).GetRotation());
			Bone.place = Voxrig::FromVector(There.GetLocation());
		}
		if (LeftAlone.Contains(Name))
		{
			Row.Part = voxrig::BodyPart::none;
		}
		Rest.push_back(Bone);
		Fit->Bones.Add(Row);
	}
	Fit->Body.reset(Announced, Rest);
}
