#include "VoxrigComponent.h"

#include "Components/SkeletalMeshComponent.h"
#include "GameFramework/Actor.h"

#include "VoxrigPerformer.h"

using voxrig::plugin::Cue;

namespace
{
	/** As the protocol writes keys: a name may come back in the case that it was first written in, anywhere. */
	std::string ToKey(FName Name)
	{
		return Voxrig::FromString(Name.ToString().ToLower());
	}
}

bool UVoxrigComponent::SetEmotion(FName Emotion, float Strength, float Transition, float Hold)
{
	const std::string Name = ToKey(Emotion);
	return Performer.IsValid() && Performer->GetCharacter().cue(voxrig::plugin::emotion_cue(Name, Strength, Transition, Hold));
}

bool UVoxrigComponent::LookAt(FVector WorldLocation, float HeadShare, float Hold)
{
	Target.Reset();
	return Performer.IsValid()
		&& Performer->GetCharacter().cue(voxrig::plugin::gaze_cue(Voxrig::FromVector(WorldLocation), HeadShare, Hold));
}

void UVoxrigComponent::LookAtActor(AActor* LookTarget, FName Socket, float HeadShare)
{
	Target = LookTarget;
	TargetSocket = Socket;
	TargetHeadShare = HeadShare;
	NextTrackTime = 0.0;
}

bool UVoxrigComponent::ReleaseGaze()
{
	Target.Reset();
	return Performer.IsValid() && Performer->GetCharacter().cue(voxrig::plugin::release_gaze_cue());
}

bool UVoxrigComponent::SetPlace(FVector EyesWorldLocation, FRotator FaceRotation)
{
	const voxrig::unreal::Rotator Face{ FaceRotation.Pitch, FaceRotation.Yaw, FaceRotation.Roll };
	return Performer.IsValid()
		&& Performer->GetCharacter().cue(voxrig::plugin::place_cue(Voxrig::FromVector(EyesWorldLocation), Face));
}

bool UVoxrigComponent::SetPlaceFromOwner()
{
	const AActor* Owner = GetOwner();
	PlacedAt = Owner->GetActorLocation();
	PlacedRotation = Owner->GetActorRotation();
	const USceneComponent* Head = FindHead();
	const FVector Location = Head != nullptr ? Head->GetSocketLocation(HeadSocket) : PlacedAt;
	bPlaced = SetPlace(Location + PlacedRotation.RotateVector(EyeOffset), PlacedRotation);
	return bPlaced;
}

USceneComponent* UVoxrigComponent::FindHead() const
{
	TArray<USkeletalMeshComponent*> Meshes;
	GetOwner()->GetComponents(Meshes);
	for (USkeletalMeshComponent* Mesh : Meshes)
	{
		if (Mesh->DoesSocketExist(HeadSocket))
		{
			return Mesh;
		}
	}
	return nullptr;
}

bool UVoxrigComponent::Blink(float Strength, float Seconds)
{
	return Performer.IsValid() && Performer->GetCharacter().cue(voxrig::plugin::blink_cue(Strength, Seconds));
}

bool UVoxrigComponent::SetActivity(FName Activity)
{
	const std::string Name = ToKey(Activity);
	Cue Said{ "activity" };
	Said.add(Name, 1.0);
	return Performer.IsValid() && Performer->GetCharacter().cue(Said);
}

bool UVoxrigComponent::Gesture(FName Name, float Strength)
{
	const std::string Key = ToKey(Name);
	Cue Said{ "gesture" };
	Said.add(Key, Strength);
	return Performer.IsValid() && Performer->GetCharacter().cue(Said);
}

bool UVoxrigComponent::SetStyle(const TMap<FName, float>& Values, float Transition)
{
	std::vector<std::string> Keys;
	Keys.reserve(static_cast<std::size_t>(Values.Num())); // the cue refers to them
	Cue Said{ "style" };
	Said.add("transition", voxrig::plugin::within(Transition, 0.0, 60.0));
	for (const TPair<FName, float>& Value : Values)
	{
		Keys.push_back(ToKey(Value.Key));
		Said.add(Keys.back(), Value.Value);
	}
	return Performer.IsValid() && Performer->GetCharacter().cue(Said);
}
