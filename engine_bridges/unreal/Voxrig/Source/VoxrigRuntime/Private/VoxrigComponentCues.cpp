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

	voxrig::plugin::Hand ToHand(EVoxrigHand Hand)
	{
		switch (Hand)
		{
		case EVoxrigHand::Left: return voxrig::plugin::Hand::left;
		case EVoxrigHand::Right: return voxrig::plugin::Hand::right;
		case EVoxrigHand::Both: return voxrig::plugin::Hand::both;
		default: return voxrig::plugin::Hand::any;
		}
	}

	bool SendValues(voxrig::plugin::Character& Character, std::string_view Name, const TMap<FName, float>& Values, float Transition)
	{
		std::vector<std::string> Keys;
		Keys.reserve(static_cast<std::size_t>(Values.Num())); // the cue refers to them
		Cue Said{ Name };
		Said.add("transition", voxrig::plugin::within(Transition, 0.0, 60.0));
		for (const TPair<FName, float>& Value : Values)
		{
			Keys.push_back(ToKey(Value.Key));
			Said.add(Keys.back(), Value.Value);
		}
		return Character.cue(Said);
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

bool UVoxrigComponent::Gesture(FName Name, float Strength, EVoxrigHand Hand, float Hold, float Rate)
{
	const std::string Key = ToKey(Name);
	return Performer.IsValid()
		&& Performer->GetCharacter().cue(voxrig::plugin::gesture_cue(Key, Strength, ToHand(Hand), Hold, Rate));
}

bool UVoxrigComponent::PointAt(FVector WorldLocation, EVoxrigHand Hand, float Hold, bool bLook)
{
	return Performer.IsValid()
		&& Performer->GetCharacter().cue(
			voxrig::plugin::point_cue(Voxrig::FromVector(WorldLocation), ToHand(Hand), Hold, bLook));
}

bool UVoxrigComponent::SetHandsBusy(bool bLeft, bool bRight)
{
	return Performer.IsValid() && Performer->GetCharacter().cue(voxrig::plugin::busy_hands_cue(bLeft, bRight));
}

bool UVoxrigComponent::HoldHands(float Seconds)
{
	return Performer.IsValid() && Performer->GetCharacter().cue(voxrig::plugin::hold_hands_cue(Seconds));
}

bool UVoxrigComponent::SetBody(const TMap<FName, float>& Values, float Transition)
{
	return Performer.IsValid() && SendValues(Performer->GetCharacter(), "body", Values, Transition);
}

bool UVoxrigComponent::SetStyle(const TMap<FName, float>& Values, float Transition)
{
	return Performer.IsValid() && SendValues(Performer->GetCharacter(), "style", Values, Transition);
}
